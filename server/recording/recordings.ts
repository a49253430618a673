/** The one way to the files of finalised recordings, wherever they lie. Whoever may have one is decided before. */
import { ReplayIndex } from '../../sfu/control/replay-index.ts'
import type { RecordingFile } from './file.ts'
import { createFolder } from './folder.ts'

export type Recordings = {
  /** Null: nothing was recorded, or it is not finalised yet. Throws what is wrong with an index that is there. */
  index(callId: string): Promise<ReplayIndex | null>
  /** Null: it is none that the recording's index names, or is not there. */
  open(callId: string, file: string): Promise<RecordingFile | null>
  /** All files of a call. Those of one that is gone already are gone. */
  erase(callId: string): Promise<void>
}

const INDEX = 'replay.json'

export function createRecordings(d: { config: { dataDir: string } }): Recordings {
  const folder = createFolder(d.config.dataDir)
  const index: Recordings['index'] = async (callId) => {
    const file = await folder.open(callId, INDEX)
    if (!file) return null
    const parts = await file.read().toArray()
    return ReplayIndex.parse(JSON.parse(Buffer.concat(parts).toString()))
  }
  return {
    index,
    async open(callId, file) {
      const known = await index(callId)
      return known && filesOf(known).includes(file) ? folder.open(callId, file) : null
    },
    erase: folder.erase,
  }
}

/** Names of the media that an index tells of. */
export function filesOf({ audio, further, video }: ReplayIndex): string[] {
  return [...(audio ? [audio] : []), ...further, ...video].map(({ file }) => file)
}
