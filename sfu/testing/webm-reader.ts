import { type EncodedPacket, EncodedPacketSink, FilePathSource, Input, WEBM } from 'mediabunny'

export type ReadPacket = { data: Uint8Array; key: boolean; atMs: number }

/**
 * The packets of a file's only track, in order, up to where the file ends, be it in the middle of a packet.
 * Nothing for a file that does not even have its track's description.
 */
export async function* readWebm(path: string): AsyncGenerator<ReadPacket> {
  const input = new Input({ formats: [WEBM], source: new FilePathSource(path) })
  try {
    const track = await firstTrack(input)
    if (track === null) return
    const sink = new EncodedPacketSink(track)
    let packet: EncodedPacket | null = await whole(sink.getFirstPacket())
    while (packet !== null) {
      yield { data: packet.data, key: packet.type === 'key', atMs: packet.timestamp * 1000 }
      packet = await whole(sink.getNextPacket(packet))
    }
  } finally {
    input.dispose()
  }
}

async function firstTrack(input: Input) {
  const tracks = await whole(input.getTracks())
  return tracks?.[0] ?? null
}

/** A file cut short makes the reader throw at its end: everything before it has been read by then. */
async function whole<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    const isDisk = error instanceof Error && 'errno' in error && !error.message.includes('ENOENT')
    if (!(error instanceof Error) || isDisk) throw error
    return null
  }
}
