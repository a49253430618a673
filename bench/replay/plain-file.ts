/** The same sound and one side's pictures in one plain file, as a bare player takes it. */
import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  FilePathTarget,
  Output,
  WebMOutputFormat,
} from 'mediabunny'
import { opusHead } from '../../sfu/recording/opus.ts'
import { readWebm, type ReadPacket } from '../../sfu/testing/webm-reader.ts'
import { HEIGHT, WIDTH } from './coded-loop.ts'

export type Parts = { sound: { path: string; start: number }; picture: { path: string; start: number } }

/** `start`: of each file, ms of the recording. */
export async function writePlain({ sound, picture }: Parts, path: string): Promise<void> {
  const [voices, pictures] = [new EncodedAudioPacketSource('opus'), new EncodedVideoPacketSource('vp8')]
  const output = new Output({ format: new WebMOutputFormat(), target: new FilePathTarget(path) })
  output.addVideoTrack(pictures)
  output.addAudioTrack(voices)
  await output.start()
  const audio = {
    decoderConfig: { codec: 'opus', sampleRate: 48_000, numberOfChannels: 2, description: opusHead(2, true) },
  }
  const video = { decoderConfig: { codec: 'vp8', codedWidth: WIDTH, codedHeight: HEIGHT } }
  const [heard, seen] = [readWebm(sound.path), readWebm(picture.path)]
  let [next, frame] = [await heard.next(), await seen.next()]
  const at = (start: number, packet: ReadPacket) => (start + packet.atMs) / 1_000
  while (!next.done || !frame.done) {
    const [a, b] = [next.done ? null : next.value, frame.done ? null : frame.value]
    if (a && (!b || at(sound.start, a) <= at(picture.start, b))) {
      await voices.add(new EncodedPacket(a.data, 'key', at(sound.start, a), 0.02), audio)
      next = await heard.next()
    } else if (b) {
      await pictures.add(
        new EncodedPacket(b.data, b.key ? 'key' : 'delta', at(picture.start, b), 0.04),
        video,
      )
      frame = await seen.next()
    }
  }
  await output.finalize()
}
