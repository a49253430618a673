import type { RoomSpec } from '../control/contract.ts'
import { withDeadline } from '../deadline.ts'
import { NodeError } from '../errors.ts'
import { hears, passes } from './room.policy.ts'
import type { RoomContext } from './room-context.ts'
import type { OpenConsumer, OpenProducer, Seat } from './seat.ts'

/** Makes, opens, shuts and closes consumers until every seat receives what the spec says, and nothing else. */
export async function reconcileConsumers(context: RoomContext, spec: RoomSpec, seats: Seat[]): Promise<void> {
  const producers = seats.flatMap((seat) => [...seat.producers.values()])
  const receivers = seats.filter((seat) => seat.capabilities !== null)
  for (const seat of seats) dropUnheard(spec, seat)
  await Promise.all(
    receivers.flatMap((seat) => producers.map((producer) => ensure(context, spec, seat, producer))),
  )
}

function dropUnheard(spec: RoomSpec, seat: Seat): void {
  for (const { consumer, of } of [...seat.consumers.values()]) {
    if (!hears(spec, seat.id, of.seatId)) consumer.close()
  }
}

async function ensure(context: RoomContext, spec: RoomSpec, seat: Seat, of: OpenProducer): Promise<void> {
  if (!hears(spec, seat.id, of.seatId)) return
  const consumer = seat.consumers.get(of.id) ?? (await consume(context, seat, of))
  if (consumer !== null) await setFlow(spec, consumer)
}

async function consume(context: RoomContext, seat: Seat, of: OpenProducer): Promise<OpenConsumer | null> {
  const rtpCapabilities = seat.capabilities
  if (rtpCapabilities === null || of.producer.closed) return null
  if (!context.router.canConsume({ producerId: of.producer.id, rtpCapabilities })) {
    context.log.warn(
      { roomId: context.roomId, seatId: seat.id, source: of.source },
      'a seat cannot receive this',
    )
    return null
  }
  const consumer = await withDeadline(
    seat
      .transport('recv')
      .consume({ producerId: of.producer.id, rtpCapabilities, paused: true, enableRtx: true }),
    'consume',
  )
  const opened: OpenConsumer = { consumer, of, ready: false }
  seat.consumers.set(of.id, opened)
  consumer.once('producerclose', () => consumer.close())
  consumer.observer.once('close', () => forget(context, seat, opened))
  announce(context, seat, opened)
  return opened
}

function forget(context: RoomContext, seat: Seat, opened: OpenConsumer): void {
  if (seat.consumers.get(opened.of.id) === opened) seat.consumers.delete(opened.of.id)
  if (!context.isAlive() || seat.closed) return
  const { roomId } = context
  const consumerId = opened.consumer.id
  context.notice({ type: 'consumerClosed', roomId, seatId: seat.id, epoch: seat.epoch, consumerId })
}

/** Tells the receiver about a track it can set up. */
export function announce(context: RoomContext, seat: Seat, { consumer, of }: OpenConsumer): void {
  context.notice({
    type: 'consumer',
    roomId: context.roomId,
    seatId: seat.id,
    epoch: seat.epoch,
    consumer: {
      id: consumer.id,
      producerId: of.id,
      fromSeat: of.seatId,
      source: of.source,
      kind: of.kind,
      rtpParameters: consumer.rtpParameters,
    },
  })
}

/** The receiver has set a consumer up. Throws `notFound` for one that is not there (any more). */
export async function markReady(spec: RoomSpec, seat: Seat, consumerId: string): Promise<void> {
  const opened = [...seat.consumers.values()].find(({ consumer }) => consumer.id === consumerId)
  if (opened === undefined) throw new NodeError('notFound', 'no such consumer')
  opened.ready = true
  await setFlow(spec, opened)
  if (opened.of.kind === 'video' && !opened.consumer.paused) {
    await withDeadline(opened.consumer.requestKeyFrame(), 'requestKeyFrame')
  }
}

async function setFlow(spec: RoomSpec, { consumer, of, ready }: OpenConsumer): Promise<void> {
  if (consumer.closed) return
  const wanted = passes(spec, of.kind, ready)
  // Resuming a video consumer makes the worker ask the sender for a keyframe.
  if (wanted && consumer.paused) await withDeadline(consumer.resume(), 'consumer.resume')
  else if (!wanted && !consumer.paused) await withDeadline(consumer.pause(), 'consumer.pause')
}
