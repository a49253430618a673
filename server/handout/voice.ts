/** One voice of a recording as a file of its own, taken out without decoding anything. */
import { Readable } from 'node:stream'
import { opusDurationMs, opusHead, splitStreams } from '../../sfu/recording/opus.ts'
import { packetsIn } from '../../sfu/recording/raw-reader.ts'
import { oggOpus, type OpusPacket } from './ogg-opus.ts'

async function* sideOf(sound: Readable, channel: 0 | 1): AsyncGenerator<OpusPacket> {
  for await (const { data } of packetsIn(sound)) {
    const side = splitStreams(data)?.[channel]
    if (side) yield { data: side, durationMs: opusDurationMs(side) }
  }
}

/** `sound`: a finalised file of two voices. `about`: comments as `NAME=value`. */
export const voiceFile = (sound: Readable, channel: 0 | 1, about: readonly string[]): Readable =>
  Readable.from(oggOpus(opusHead(1), about, sideOf(sound, channel)), { objectMode: false })
