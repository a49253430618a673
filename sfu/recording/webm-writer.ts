import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Output,
  StreamTarget,
  type StreamTargetChunk,
  WebMOutputFormat,
} from 'mediabunny'
import { AppendFile } from './append-file.ts'
import { opusHead } from './opus.ts'

/** Audio clusters and the least time between two video clusters, s. */
const CLUSTER_S = 0.4

type AddPacket = (packet: EncodedPacket) => Promise<void>
export type TrackFormat = { kind: 'audio' } | { kind: 'video'; width: number; height: number }

/** An append-only WebM file of one track: playable at every moment up to what was flushed. */
export class WebmWriter {
  readonly #file: AppendFile
  readonly #output: Output
  readonly #add: AddPacket
  #tail: Promise<void> = Promise.resolve()
  #failure: unknown = null

  private constructor(file: AppendFile, output: Output, add: AddPacket) {
    this.#file = file
    this.#output = output
    this.#add = add
  }

  static async create(path: string, format: TrackFormat): Promise<WebmWriter> {
    const file = await AppendFile.open(path)
    const sink = new WritableStream<StreamTargetChunk>({ write: ({ data }) => file.append(data) })
    const output = new Output({
      format: new WebMOutputFormat({ appendOnly: true, minimumClusterDuration: CLUSTER_S }),
      target: new StreamTarget(sink),
    })
    const add = addTrack(output, format)
    await output.start()
    return new WebmWriter(file, output, add)
  }

  /** Times in ms of the file. Packets must come in order. */
  add(data: Uint8Array, key: boolean, atMs: number, durationMs: number): void {
    const packet = new EncodedPacket(data, key ? 'key' : 'delta', atMs / 1000, durationMs / 1000)
    this.#tail = this.#tail
      .then(() => this.#add(packet))
      .catch((error: unknown) => {
        this.#failure ??= error
      })
  }

  /** Puts everything added so far on disk. Rejects when that failed. */
  async flush(): Promise<void> {
    await this.#tail
    if (this.#failure !== null) throw new Error('a recording cannot be written', { cause: this.#failure })
    await this.#file.flush()
  }

  async close(): Promise<void> {
    await this.#tail
    try {
      if (this.#failure === null) await this.#output.finalize()
    } finally {
      await this.#file.close()
    }
  }
}

/** Adds the track to the output and returns the function that adds its packets. */
function addTrack(output: Output, format: TrackFormat): AddPacket {
  if (format.kind === 'audio') {
    const source = new EncodedAudioPacketSource('opus')
    output.addAudioTrack(source)
    const decoderConfig = { codec: 'opus', sampleRate: 48_000, numberOfChannels: 1, description: opusHead(1) }
    return (packet) => source.add(packet, { decoderConfig })
  }
  const source = new EncodedVideoPacketSource('vp8')
  output.addVideoTrack(source)
  const decoderConfig = { codec: 'vp8', codedWidth: format.width, codedHeight: format.height }
  return (packet) => source.add(packet, { decoderConfig })
}
