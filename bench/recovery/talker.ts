import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../server/contract/errors.ts'
import type { MediaGreeting } from '../../server/contract/shared-requests.ts'
import type { Client } from '../../server/testing/client.ts'
import { sitDown } from '../../server/testing/seat.ts'
import type { HeadlessSeat } from '../../sfu/testing/headless-seat.ts'

type AnyClient = Client<'visitor'> | Client<'desk'>

/** One side of a call, without a browser: goes on talking and listening whatever dies. */
export type Talker = {
  sit(): Promise<void>
  /** Resolves when packets keep coming. */
  hears(): Promise<void>
  /** Longest time between two packets that came since then (ms since 1970). */
  longestGap(since: number): number
  leave(): void
}

const RETRY_MS = 100
const LOOK_MS = 5
/** Packets of 20 ms that must come in a row, and how long to wait for them. */
const ENOUGH = 25
const PATIENCE_MS = 20_000
const KEPT = 20_000

/** `again`: another socket of the same tab. */
export function createTalker(
  first: AnyClient,
  callId: string,
  again: (tab: string) => Promise<AnyClient>,
): Talker {
  const arrivals: number[] = []
  const known = new WeakSet<object>()
  let client = first
  let seat: HeadlessSeat | null = null
  let epoch = 0
  let left = false

  const timer = setInterval(() => {
    for (const received of seat?.received.values() ?? []) {
      if (known.has(received)) continue
      known.add(received)
      const note = () => arrivals.push(performance.timeOrigin + received.lastAt)
      if (received.packets > 0) note()
      received.onPacket(note)
    }
    if (arrivals.length > KEPT) arrivals.splice(0, KEPT / 2)
  }, LOOK_MS)

  async function sit(greeting?: MediaGreeting): Promise<void> {
    const before = seat
    const found = greeting ?? (await open())
    epoch = found.epoch
    seat = await sitDown(client, callId, found)
    before?.close()
    await seat.sendMic()
  }

  const request = (name: string, input: object) =>
    (client.request as (name: string, input: object) => Promise<unknown>)(name, input)
  const open = async () =>
    (await request('media.open', { callId, take: false, ...(epoch > 0 ? { epoch } : {}) })) as MediaGreeting

  /** As browsers do: the media may be dead itself at that moment. */
  async function openInTime(): Promise<MediaGreeting> {
    for (;;) {
      try {
        return await open()
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'unavailable')) throw error
        await delay(RETRY_MS)
      }
    }
  }

  function watch(): void {
    client.socket.on('push', (name: string, payload: MediaGreeting) => {
      if (name === 'media.moved' && payload.callId === callId) sit(payload).catch(overtaken)
    })
    client.socket.on('disconnect', () => {
      if (!left) void comeBack()
    })
  }

  async function comeBack(): Promise<void> {
    for (;;) {
      try {
        client = await again(client.tab)
        break
      } catch {
        // The server is not back yet.
        await delay(RETRY_MS)
      }
    }
    watch()
    const greeting = await openInTime()
    if (greeting.epoch !== epoch) await sit(greeting)
  }

  watch()
  return {
    sit,
    async hears() {
      const deadline = performance.now() + PATIENCE_MS
      const enough = () => arrivals.filter((at) => at > Date.now() - ENOUGH * 30).length >= ENOUGH
      while (!enough()) {
        if (performance.now() > deadline) throw new Error('a side does not hear the other any more')
        await delay(20)
      }
    },
    longestGap(since) {
      const times = arrivals.filter((at) => at >= since - 100)
      return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)))
    },
    leave() {
      left = true
      clearInterval(timer)
      seat?.close()
      client.close()
    },
  }
}

/** Moved again while moving: the newer greeting does what is left to do. */
function overtaken(error: unknown): void {
  if (!(error instanceof Error)) throw error
}
