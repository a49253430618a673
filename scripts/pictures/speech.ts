/** Files of speech for fake microphones, by espeak-ng. Needed for making pictures only, never for tests. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Talk } from './lines.ts'

const run = promisify(execFile)

/** A sentence and how long it takes to say, by which the stand-in for an engine knows it again. */
export type Spoken = { text: string; ms: number }

const RATE = 22_050
const HEADER_BYTES = 44
const SILENT_S = 120

const msOf = (samples: Buffer): number => (samples.length / 2 / RATE) * 1_000

async function samplesOf(voice: string, text: string, file: string): Promise<Buffer> {
  // 16 bits, one channel, 22,050 a second.
  await run('espeak-ng', ['-v', voice, '-s', '150', '-w', file, text]).catch((error: unknown) => {
    const missing = (error as { code?: string }).code === 'ENOENT'
    throw missing ? new Error('These pictures need a voice: apt-get install espeak-ng') : error
  })
  return trimmed((await readFile(file)).subarray(HEADER_BYTES))
}

/** Quieter is no speech. */
const SPEECH = 400

/** From the first to the last that is heard. */
function trimmed(samples: Buffer): Buffer {
  const loud = (at: number) => Math.abs(samples.readInt16LE(at)) >= SPEECH
  let [from, to] = [0, samples.length - 2]
  while (from < to && !loud(from)) from += 2
  while (to > from && !loud(to)) to -= 2
  return samples.subarray(from, to + 2)
}

/** One side's file, and the sentences in it. */
export async function speak(
  { voice, lines }: Talk['visitor'],
  folder: string,
  name: string,
): Promise<{ file: string; spoken: Spoken[]; ms: number }> {
  const parts: Buffer[] = []
  const spoken: Spoken[] = []
  for (const { text, pause } of lines) {
    const samples = await samplesOf(voice, text, join(folder, 'line.wav'))
    parts.push(Buffer.alloc(2 * Math.round(pause * RATE)), samples)
    spoken.push({ text, ms: msOf(samples) })
  }
  const file = join(folder, `${name}.wav`)
  const samples = Buffer.concat(parts)
  // A fake microphone whose file has come to its end hums.
  const after = Buffer.alloc(2 * RATE * SILENT_S)
  await writeFile(file, wav(Buffer.concat([samples, after])))
  return { file, spoken, ms: msOf(samples) }
}

function wav(samples: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(RATE, 24)
  header.writeUInt32LE(RATE * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.length, 40)
  return Buffer.concat([header, samples])
}
