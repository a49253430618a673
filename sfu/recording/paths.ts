import { join } from 'node:path'

/** Written last: where it stands, the recording is whole. */
export const INDEX_FILE = 'replay.json'
/** Stands when a server has committed that the recording is whole. */
export const ANNOUNCED_FILE = 'announced'
export const AUDIO_FILE = 'audio.webm'

/** Voices beyond the visitor's and the agent's; `number` from 1. */
export const furtherAudioFile = (number: number): string => `audio-${number}.webm`

export function segmentFile(folder: string, id: string): string {
  return join(folder, `${id}.webm`)
}

export function levelsFile(folder: string, id: string): string {
  return join(folder, `${id}.levels`)
}

/** A finalised video segment. */
export function videoFile(id: string): string {
  return `video-${id}.webm`
}
