import { join } from 'node:path'

export { ANNOUNCED_FILE, INDEX_FILE, isRaw, TAKEN_FILE } from '../control/recording-folder.ts'

export const AUDIO_FILE = 'audio.webm'

/** Voices beyond the visitor's and the agent's; `number` from 1. */
export const furtherAudioFile = (number: number): string => `audio-${number}.webm`

/** Voices that are not for the visitor's side; `number` from 1. */
export const asideAudioFile = (number: number): string => `aside-${number}.webm`

export function segmentFile(folder: string, id: string): string {
  return join(folder, `${id}.webm`)
}

/** A finalised video segment. */
export function videoFile(id: string): string {
  return `video-${id}.webm`
}
