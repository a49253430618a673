/** How a recorder takes a producer's packets from the worker. */
import type { types } from 'mediasoup'
import { withDeadline } from '../deadline.ts'
import { UNKNOWN } from './levels.ts'
import { extensionOf, type RtpPacket } from './rtp-packet.ts'
import type { SegmentOwner } from './segment-log.ts'

/** A consumer of all that is sent, which waits until it is resumed. */
export async function takePackets({
  direct,
  producer,
  context,
}: SegmentOwner & { direct: types.DirectTransport }): Promise<types.Consumer> {
  const consumer = await withDeadline(
    direct.consume({
      producerId: producer.producer.id,
      rtpCapabilities: unmetered(context.router.rtpCapabilities),
      paused: true,
    }),
    'consume (recorder)',
  )
  const release = context.worker.gather()
  // The room may have been closed before its answer was heard.
  if (consumer.closed) release()
  else consumer.observer.once('close', release)
  return consumer
}

type ExtensionIds = { level?: number; capture?: number }

/** Ids of the header extensions that the packets carry what we read in. */
export function extensionIds(consumer: types.Consumer): ExtensionIds {
  const find = (part: string) =>
    consumer.rtpParameters.headerExtensions?.find(({ uri }) => uri.includes(part))?.id
  return { level: find('ssrc-audio-level'), capture: find('abs-capture-time') }
}

/** Part of a picture, or a piece of sound. `level`: see levels.ts. */
export type Content = { marker: boolean; payload: Buffer; level: number }

/** As the sender told it, see levels.ts. */
export function levelOf(packet: RtpPacket, { level: id }: ExtensionIds): number {
  const level = id === undefined ? undefined : extensionOf(packet, id)?.[0]
  return level === undefined ? UNKNOWN : level & 0x7f
}

/** By which a receiver tells what its way bears. */
const METERS: readonly string[] = [
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
]

/**
 * Of one who never tells what the way to them bears: with such a receiver the worker waits for that, and keeps from it the larger sizes of a
 * camera while it believes in its first guess of 600 kb/s. Here there is no way, and all is taken.
 */
function unmetered(capabilities: types.RtpCapabilities): types.RtpCapabilities {
  const headerExtensions = capabilities.headerExtensions?.filter(({ uri }) => !METERS.includes(uri))
  return { ...capabilities, headerExtensions }
}
