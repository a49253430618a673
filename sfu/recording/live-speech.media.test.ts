import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Notice } from '../control/contract.ts'
import { readCodedOpus } from '../testing/coded-media.ts'
import { type Harness, startHarness, twoSeats, until } from '../testing/node-harness.ts'

type Speech = Extract<Notice, { type: 'speech' }>

describe('what is said in a call with captions', () => {
  let node: Harness
  beforeAll(async () => {
    node = await startHarness()
  }, 20_000)
  afterAll(() => node.stop())

  const told = (seat: string): Speech[] =>
    node.notices.filter((one): one is Speech => one.type === 'speech' && one.seatId === seat)
  const numbersOf = ({ packets }: Speech) =>
    packets.flatMap((one) => readCodedOpus(Buffer.from(one, 'base64'))?.number ?? [])

  it('is told piece by piece, as it is said, with its place in time and with those who heard it', async () => {
    const spec = twoSeats({ recording: 'on', captions: true })
    await node.client.request('room.apply', { roomId: 'both', rev: 1, spec })
    const seats = { v: await node.join('both', 'v'), a: await node.join('both', 'a') }
    // A second of speech, a second of silence.
    const mics = {
      v: await seats.v.sendMic({ voice: 1, sends: (n) => n % 100 < 50 }),
      a: await seats.a.sendMic({ voice: 2, sends: (n) => n % 100 >= 50 }),
    }
    await until(() => ['v', 'a'].every((seat) => told(seat).length > 1), 20_000, 'speech')
    for (const seat of ['v', 'a'] as const) {
      const pieces = told(seat)
      const numbers = pieces.flatMap(numbersOf)
      expect(numbers).toEqual(numbers.toSorted((x, y) => x - y))
      expect(new Set(numbers).size).toBe(numbers.length)
      expect(pieces[0]).toMatchObject({ role: seat === 'v' ? 'visitor' : 'agent' })
      for (const piece of pieces) {
        expect(piece.readers).toEqual([{ seatId: seat === 'v' ? 'a' : 'v', epoch: 1 }])
        // The first packet's number says when it was captured.
        const [first = 0] = numbersOf(piece)
        const captured = mics[seat].capturedAt() - (mics[seat].sent() - 1 - first) * 20
        // A starved machine sends late; nobody else tells this sender's clock.
        expect(Math.abs(piece.at - captured)).toBeLessThan(3_000)
      }
    }
    await node.client.request('room.close', { roomId: 'both', reason: 'done' })
  }, 40_000)
})
