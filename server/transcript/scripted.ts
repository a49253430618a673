/** An engine that says what it was told to say: for tests and pictures, where nobody's speech is to be understood. */
import { readFileSync } from 'node:fs'
import * as z from 'zod'
import type { Engine, Piece } from './engine.ts'
import type { Heard } from './transcript.ts'

/** How long one of its lines takes. */
const LINE_MS = 4_000

const Line = z.object({ text: z.string().min(1), confidence: z.number().min(0).max(1).nullable() })
const Script = z.object({
  language: z.string(),
  visitor: z.array(Line).min(1),
  agent: z.array(Line).min(1),
})
type Script = z.infer<typeof Script>

/** Throws what is wrong with the file. */
export function createScripted(file: string): Engine {
  const script = Script.parse(JSON.parse(readFileSync(file, 'utf8')))
  return { name: 'script', hear: async (piece) => say(script, piece) }
}

/** The same words at the same place of a recording, whatever it was cut into. */
function say(script: Script, { from, ms, role }: Piece): Heard {
  const said = role === 'visitor' || role === 'guest' ? script.visitor : script.agent
  const lines = []
  for (let at = 0; at < ms; at += LINE_MS) {
    const line = said[Math.floor((from + at) / LINE_MS) % said.length]
    if (line) lines.push({ ...line, from: at, to: Math.min(ms, at + LINE_MS) })
  }
  return { language: script.language, lines }
}
