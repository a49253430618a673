import { expect, it } from '@jest/globals'
import { agent, contact, queue } from './testing/samples.ts'
import { handsOf, inTurn, poolsOf, recentPatience, withUsual } from './wait.policy.ts'

it('the order of a queue is the order of turns, where contacts stand now', () => {
  const overflow = [{ afterMs: 50, toQueueId: 'r' }]
  const queues = new Map([queue({ overflow }), queue({ id: 'r' })].map((one) => [one.id, one]))
  const contacts = [
    contact('late', { waitingSince: 90 }),
    contact('moved', { waitingSince: 10 }),
    contact('early', { waitingSince: 80, offeredTo: 'a' }),
    contact('there', { queueId: 'r', waitingSince: 30 }),
    contact('back', { waitingSince: 95, rank: -1 }),
  ]
  const order = [...inTurn(contacts, queues, 100)].map(([id, list]) => [id, list.map((one) => one.id)])
  expect(Object.fromEntries(order)).toEqual({ q: ['back', 'early', 'late'], r: ['moved', 'there'] })
})

it('hands are what each could fill with a medium; those kept by another fall free with it', () => {
  const inHand = new Map([
    ['a', [{ medium: 'chat' as const, ms: 20 }]],
    ['b', [{ medium: 'voice' as const, ms: 30 }]],
  ])
  const agents = [agent('a'), agent('b')]
  expect(handsOf(agents, 'chat', inHand).busyMs).toEqual([20])
  expect(handsOf(agents, 'voice', inHand).busyMs).toContain(30)
  expect(handsOf([agent('c', { status: 'busy' })], 'chat', inHand)).toEqual({ free: 0, busyMs: [] })
})

it('few values are filled up with what is usual', () => {
  expect(withUsual([])).toEqual(Array(5).fill(300_000))
  expect(withUsual([1, 2, 3, 4, 5, 6])).toHaveLength(6)
})

it('patience counts the time of those who were answered first', () => {
  const [answered, gaveUp] = [
    { waitedMs: 20, gaveUp: false },
    { waitedMs: 40, gaveUp: true },
  ]
  expect(recentPatience([answered, answered, gaveUp])).toBe(80)
  expect(recentPatience([answered])).toBeNull()
})

it('queues that share members, by whatever way, are one pool', () => {
  const of = (...ids: string[]) => agent('a', { queues: new Map(ids.map((id) => [id, 0])) })
  const queues = ['a', 'b', 'c', 'd'].map((id) => queue({ id }))
  const pools = poolsOf(queues, [of('a', 'b'), of('b', 'c'), of('d')])
  expect([...pools.get('a')!].sort()).toEqual(['a', 'b', 'c'])
  expect(pools.get('a')).toBe(pools.get('c'))
  expect([...pools.get('d')!]).toEqual(['d'])
})
