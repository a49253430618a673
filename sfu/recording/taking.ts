/** How a recorder takes a producer's packets from the worker. */
import type { types } from 'mediasoup'
import { withDeadline } from '../deadline.ts'
import type { SegmentOwner } from './segment-log.ts'

/** A consumer of all that is sent, which waits until it is resumed. */
export const takePackets = ({
  direct,
  producer,
  context,
}: SegmentOwner & { direct: types.DirectTransport }): Promise<types.Consumer> =>
  withDeadline(
    direct.consume({
      producerId: producer.producer.id,
      rtpCapabilities: unmetered(context.router.rtpCapabilities),
      paused: true,
    }),
    'consume (recorder)',
  )

/** Ids of the header extensions that the packets carry what we read in. */
export function extensionIds(consumer: types.Consumer): { level?: number; capture?: number } {
  const find = (part: string) =>
    consumer.rtpParameters.headerExtensions?.find(({ uri }) => uri.includes(part))?.id
  return { level: find('ssrc-audio-level'), capture: find('abs-capture-time') }
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
