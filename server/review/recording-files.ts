/** What a finalised recording consists of, as its own index tells it. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { ReplayIndex } from '../../sfu/control/replay-index.ts'
import { faultCode } from '../fault.ts'

type Files = { config: { dataDir: string } }

const folderOf = ({ config }: Files, callId: string) => path.join(config.dataDir, 'recordings', callId)

/** Null: nothing was recorded, or it is not finalised yet. Throws what is wrong with an index that is there. */
export async function readIndex(deps: Files, callId: string): Promise<ReplayIndex | null> {
  let text: string
  try {
    text = await readFile(path.join(folderOf(deps, callId), 'replay.json'), 'utf8')
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return null
    throw error
  }
  return ReplayIndex.parse(JSON.parse(text))
}

/** Full path of a file that the index names; null for any other. */
export function mediaFile(deps: Files, callId: string, index: ReplayIndex, name: string): string | null {
  const further = index.further.map((audio) => audio.file)
  const named = [index.audio?.file, ...further, ...index.video.map((video) => video.file)]
  if (!named.includes(name) || path.basename(name) !== name) return null
  return path.join(folderOf(deps, callId), name)
}
