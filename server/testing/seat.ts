/** A headless participant whose signalling goes through the server, as a browser's does. */
import { randomUUID } from 'node:crypto'
import { HeadlessSeat, type SeatSignal } from '../../sfu/testing/headless-seat.ts'
import type { AppError } from '../contract/errors.ts'
import type { MediaGreeting } from '../contract/shared-requests.ts'
import type { Client } from './client.ts'

type AnyClient = Client<'visitor'> | Client<'desk'> | Client<'guest'>

/** Takes the seat in the call and sets up every track that is pushed. `greeted`: what `media.moved` brought. */
export async function sitDown(
  client: AnyClient,
  callId: string,
  greeted?: MediaGreeting,
): Promise<HeadlessSeat> {
  const request = client.request as (name: string, input: unknown) => Promise<never>
  const greeting = greeted ?? ((await request('media.open', { callId, take: false })) as MediaGreeting)
  const seat = { callId, epoch: greeting.epoch }
  const signal = (async (name: string, input: Record<string, unknown>) => {
    switch (name) {
      case 'seat.open':
        return greeting
      case 'producer.open':
        return await request('media.produce', { ...seat, ...input, producerId: randomUUID() })
      case 'consumer.ready':
        return await request('media.ready', { ...seat, ...input })
      default:
        return await request(name.replace('seat.', 'media.'), { ...seat, ...input })
    }
  }) as unknown as SeatSignal
  const headless = await HeadlessSeat.join(signal)
  const known = new Set<string>()
  const accept = (
    name: string,
    payload: { callId: string; epoch: number; consumer: { id: string; seat: string } },
  ) => {
    if (name !== 'media.consumer' || payload.callId !== callId || payload.epoch !== greeting.epoch) return
    if (known.has(payload.consumer.id)) return
    known.add(payload.consumer.id)
    const { seat: fromSeat, ...consumer } = payload.consumer
    // A seat that was taken over meanwhile has nothing to set up any more.
    headless.accept({ ...consumer, fromSeat } as never).catch((error: AppError) => {
      if (error.code !== 'conflict') throw error
    })
  }
  client.socket.on('push', accept)
  for (const { name, payload } of client.pushes) accept(name, payload as never)
  return headless
}
