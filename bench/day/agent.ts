/** A scripted agent: answers offers, mostly; writes, ends, wraps up, and is away now and then. */
import { setTimeout as delay } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import type { Inbox, Offer, WrapUp } from '../../server/contract/desk.ts'
import type { InboxRow } from '../../server/contract/events.ts'
import type { Random } from '../../server/routing/simulation/random.ts'
import type { Ledger } from './ledger.ts'
import { type Line, openLine, Refused } from './line.ts'

type Days = { url: string; token: string; address: string; personId: string; dispositions: string[] }

export type ScriptedAgent = { personId: string; line: Line; goHome(): Promise<void>; close(): void }

export function createAgent(days: Days, ledger: Ledger, random: Random): ScriptedAgent {
  const mine = new Set<string>()
  const known = new Set<string>()
  let working = true
  const between = (least: number, most: number) => least + (most - least) * random.next()
  /** What others were faster with, or what is over, is no fault. */
  const run = (work: Promise<unknown>) =>
    void work.catch((error: unknown) => {
      if (error instanceof Refused && ['conflict', 'notFound', 'notAllowed'].includes(error.code)) {
        ledger.refused.set(error.message, 1 + (ledger.refused.get(error.message) ?? 0))
        return
      }
      if (!(error instanceof Error) || error.message !== 'closed') ledger.faults.push(String(error))
    })
  const answer = async (offer: Offer): Promise<void> => {
    if (known.has(offer.offerId)) return
    known.add(offer.offerId)
    ledger.shown.set(offer.offerId, Date.now())
    const share = random.next()
    if (share < 0.03) return
    await delay(between(300, 1_500))
    await line.request(share < 0.06 ? 'offer.decline' : 'offer.accept', { offerId: offer.offerId })
  }
  const serve = async (conversationId: string): Promise<void> => {
    if (mine.has(conversationId)) return
    mine.add(conversationId)
    try {
      const words = 2 + Math.floor(random.next() * 4)
      for (let word = 0; word < words; word++) {
        await delay(between(1_500, 6_000))
        const clientId = newId()
        const said = { conversationId, clientId, text: `Answer ${word}`, attachments: [] }
        await line.request('message.send', said)
        ledger.stored.add(clientId)
      }
      await delay(between(500, 2_000))
      await line.request('conversation.end', { conversationId })
    } finally {
      mine.delete(conversationId)
    }
  }
  const wrapUp = async ({ conversationId }: WrapUp): Promise<void> => {
    // Every fifth runs out by itself.
    if (random.chance(0.2)) return
    await delay(between(500, 2_500))
    const dispositionId = days.dispositions[Math.floor(random.next() * days.dispositions.length)] ?? null
    await line.request('wrapUp.finish', { conversationId, dispositionId, note: '' })
  }
  const takeUp = ({ conversationId, state: { phase } }: InboxRow) => {
    if (phase.name === 'active' && phase.agentId === days.personId) run(serve(conversationId))
  }
  const look = async (): Promise<void> => {
    const inbox = (await line.request('inbox', {})) as unknown as Inbox
    // Said while nobody was connected.
    if (inbox.status === 'notResponding') handlers['status']?.({ status: inbox.status } as never)
    inbox.rows.forEach(takeUp)
    for (const one of inbox.wrapUps) run(wrapUp(one))
    const { offers } = (await line.request('offers', {})) as unknown as { offers: Offer[] }
    for (const offer of offers) run(answer(offer))
  }
  const available = () => line.request('status.set', { status: 'available' })
  const handlers: Record<string, (payload: never) => void> = {
    offer: (offer: Offer) => run(answer(offer)),
    inbox: ({ row }: { row: InboxRow }) => takeUp(row),
    wrapUp: (one: WrapUp) => run(wrapUp(one)),
    status: ({ status }: { status: string }) => {
      if (status === 'notResponding' && working) run(delay(between(1_000, 4_000)).then(available))
    },
  }
  const line = openLine(
    { ...days, url: `${days.url}/desk` },
    { push: (name, payload) => handlers[name]?.(payload), connected: () => run(look()) },
  )
  const flap = async (): Promise<void> => {
    await available()
    while (working) {
      await delay(between(30_000, 120_000), undefined, { ref: false })
      if (!working) return
      await line.request('status.set', { status: random.chance(0.5) ? 'away' : 'busy' })
      await delay(between(3_000, 10_000), undefined, { ref: false })
      if (working) await available()
    }
  }
  run(flap())
  return {
    ...{ personId: days.personId, line },
    async goHome() {
      working = false
      await line.request('status.set', { status: 'offline' })
    },
    close: () => line.close(),
  }
}
