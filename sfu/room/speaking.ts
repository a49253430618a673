import type { types } from 'mediasoup'
import { withDeadline } from '../deadline.ts'
import type { RoomContext } from './room-context.ts'
import type { OpenProducer } from './seat.ts'

const INTERVAL_MS = 300
/** dBov: quieter is not speech. */
const THRESHOLD = -60
const MAX_ENTRIES = 8

export type Speaking = {
  add(producer: OpenProducer): Promise<void>
  setFlow(flow: boolean): void
}

/** Says who speaks, on change, while the room flows. Closed with the router. */
export async function observeSpeaking(context: RoomContext): Promise<Speaking> {
  const observer = await withDeadline(
    context.router.createAudioLevelObserver({
      interval: INTERVAL_MS,
      threshold: THRESHOLD,
      maxEntries: MAX_ENTRIES,
    }),
    'createAudioLevelObserver',
  )
  const seatOf = new WeakMap<types.Producer, string>()
  let flow = false
  let last = ''

  const say = (seats: string[]) => {
    const key = seats.toSorted().join()
    if (!flow || key === last || !context.isAlive()) return
    last = key
    context.notice({ type: 'speaking', roomId: context.roomId, seats })
  }
  observer.on('volumes', (volumes) => {
    say(volumes.map(({ producer }) => seatOf.get(producer)).filter((seat) => seat !== undefined))
  })
  observer.on('silence', () => say([]))

  return {
    async add({ producer, seatId }) {
      seatOf.set(producer, seatId)
      await withDeadline(observer.addProducer({ producerId: producer.id }), 'addProducer')
    },
    setFlow(now) {
      flow = now
    },
  }
}
