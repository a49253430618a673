import type * as z from 'zod'
import type { RoomSpec, requests, Source } from '../control/contract.ts'
import { withDeadline } from '../deadline.ts'
import { NodeError } from '../errors.ts'
import { checkRtpParameters } from './media-checks.ts'
import { isMuted, kindOf, maySend } from './room.policy.ts'
import type { RoomContext } from './room-context.ts'
import type { OpenProducer, Seat } from './seat.ts'

export type ProducerInput = z.output<(typeof requests)['producer.open']['input']>

/** Least time between two keyframe requests to one sender: receivers and recorder share them. */
const KEYFRAME_GAP_MS = 400

/**
 * Opens what a seat sends. A second producer of one source takes the place of the first.
 * Returns null when this very request was answered before.
 */
export async function openProducer(
  context: RoomContext,
  spec: RoomSpec,
  seat: Seat,
  input: ProducerInput,
): Promise<OpenProducer | null> {
  const { producerId, source, kind, rtpParameters } = input
  if (!maySend(spec, seat.id, source))
    throw new NodeError('notAllowed', `seat ${seat.id} may not send ${source}`)
  if (kind !== kindOf[source]) throw new NodeError('badInput', `${source} is not ${kind}`)
  const parameters = { source, kind, rtpParameters: checkRtpParameters(rtpParameters) }
  if (seat.answers.isRepeat(producerId, parameters)) return null
  if (input.dtlsParameters !== undefined) await seat.connect('send', input.dtlsParameters)

  const producer = await produce(seat, parameters, isMuted(spec, seat.id, source))
  seat.answers.remember(producerId, parameters)
  const opened: OpenProducer = { id: producerId, seatId: seat.id, epoch: seat.epoch, source, kind, producer }
  seat.producers.get(source)?.producer.close()
  seat.producers.set(source, opened)
  producer.observer.once('close', () => forget(context, seat, opened))
  context.fact({ type: 'producerOpened', ...where(context, seat, source), at: context.serverNow() })
  return opened
}

type Parameters = {
  kind: 'audio' | 'video'
  rtpParameters: ReturnType<typeof checkRtpParameters>
}

async function produce(seat: Seat, { kind, rtpParameters }: Parameters, paused: boolean) {
  try {
    const options = { kind, rtpParameters: structuredClone(rtpParameters), paused }
    return await withDeadline(
      seat.transport('send').produce({
        ...options,
        ...(kind === 'video' ? { keyFrameRequestDelay: KEYFRAME_GAP_MS } : {}),
      }),
      'produce',
    )
  } catch (error) {
    if (error instanceof NodeError) throw error
    const reason = error instanceof Error ? error.message : 'unknown'
    throw new NodeError('badInput', `this cannot be received: ${reason}`, { cause: error })
  }
}

function forget(context: RoomContext, seat: Seat, opened: OpenProducer): void {
  seat.answers.bury(opened.id)
  if (seat.producers.get(opened.source) === opened) seat.producers.delete(opened.source)
  if (!context.isAlive()) return
  context.fact({ type: 'producerClosed', ...where(context, seat, opened.source), at: context.serverNow() })
}

function where(context: RoomContext, seat: Seat, source: Source) {
  return { roomId: context.roomId, seatId: seat.id, epoch: seat.epoch, source }
}

/** Closes what may no longer be sent and pauses what its owner muted. */
export async function reconcileProducers(spec: RoomSpec, seat: Seat): Promise<void> {
  const work: Promise<void>[] = []
  for (const { source, producer } of [...seat.producers.values()]) {
    if (!maySend(spec, seat.id, source)) {
      producer.close()
      continue
    }
    const muted = isMuted(spec, seat.id, source)
    if (muted && !producer.paused) work.push(withDeadline(producer.pause(), 'producer.pause'))
    if (!muted && producer.paused) work.push(withDeadline(producer.resume(), 'producer.resume'))
  }
  await Promise.all(work)
}
