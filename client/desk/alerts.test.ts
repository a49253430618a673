import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { InvitationCard, Mention, Offer } from '../../server/contract/desk.ts'
import type { InboxRow } from '../../server/contract/events.ts'
import type { DeskPushes } from '../../server/contract/pushes.ts'
import { evolveCall } from '../../server/call/call.ts'
import { type ConversationState, emptyState } from '../../server/conversation/conversation.ts'
import { createI18n } from '../i18n/i18n.ts'
import { loadMessages } from '../i18n/load.ts'
import type { Wire } from '../wire/wire.ts'
import { startAlerts } from './alerts.ts'
import type { Desk } from './desk.ts'
import { createInbox } from './inbox/inbox.ts'
import { createMentions } from './mentions/mentions.ts'
import type { Ringer } from './ring.ts'
import { createTeam } from './team/team.ts'

const ME = 'me'
const i18n = createI18n('en', await loadMessages('en', ['desk', 'push']))

/** What of a browser there has to be: it shows notifications, and has one lock for all its tabs. */
class Note {
  static permission = 'granted'
  static shown: Note[] = []
  readonly title: string
  readonly options: NotificationOptions
  onclick: () => void = () => undefined
  open = true
  constructor(title: string, options: NotificationOptions) {
    this.title = title
    this.options = options
    Note.shown = [...Note.shown.filter((one) => one.options.tag !== options.tag), this]
  }
  close(): void {
    this.open = false
  }
}
const page = Object.assign(new EventTarget(), {
  visibilityState: 'hidden' as DocumentVisibilityState,
  title: '',
  hasFocus: () => false,
})
let lost: () => void
let granted: () => void
const locks = {
  request: async (_name: string, _options: object, hold: () => Promise<void>) => {
    await new Promise<void>((resolve) => (granted = resolve))
    await Promise.race([hold(), new Promise<void>((resolve) => (lost = resolve))])
  },
}
const globals = {
  document: page,
  Notification: Note,
  window: Object.assign(new EventTarget(), { Notification: Note, focus: () => (focused += 1) }),
}
let focused = 0

/** A connection that has nothing at first, and pushes what the test says. */
class Line {
  readonly handlers = new Map<string, ((payload: never) => void)[]>()
  readonly wire = {
    request: async () => ({}),
    on: (name: string, handler: (payload: never) => void) => {
      this.handlers.set(name, [...(this.handlers.get(name) ?? []), handler])
      return () => undefined
    },
    onOnline: () => () => undefined,
    serverNow: () => 1_000,
  } as unknown as Wire<'desk'>
  push<K extends keyof DeskPushes>(name: K, payload: DeskPushes[K]): void {
    for (const handler of this.handlers.get(name) ?? []) handler(payload as never)
  }
}

let line: Line
let places: string[]
let byPush: boolean
let stop: () => void

async function start(): Promise<void> {
  line = new Line()
  const { wire } = line
  const parts = { inbox: createInbox(wire, ME), team: createTeam(wire), mentions: createMentions(wire) }
  const push = { speaks: () => byPush }
  const desk = { ...parts, wire, push, me: { id: ME } } as unknown as Desk
  const ringer = {
    ring: () => undefined,
    silence: () => undefined,
    chime: () => undefined,
  } as unknown as Ringer
  stop = startAlerts(desk, ringer, i18n, (path) => places.push(path))
  // The tab that rings.
  granted()
  await new Promise(setImmediate)
}

beforeEach(async () => {
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  Object.defineProperty(globalThis.navigator, 'locks', { value: locks, configurable: true })
  Object.assign(page, { visibilityState: 'hidden', title: '' })
  Note.permission = 'granted'
  Note.shown = []
  places = []
  byPush = false
  focused = 0
  await start()
})
afterEach(() => stop())

const look = (visibilityState: DocumentVisibilityState) => {
  page.visibilityState = visibilityState
  page.dispatchEvent(new Event('visibilitychange'))
}
const open = () => Note.shown.filter((one) => one.open)
const said = () => open().map(({ title, options }) => `${title} / ${options.body}`)

const offer: Offer = {
  ...{ offerId: 'o', conversationId: 'c', kind: 'voice', visitorName: 'Mina', lastText: 'SECRET' },
  ...{ transfer: null, task: null, waitingSince: 0, deadline: 30_000, offerMs: 30_000 },
}
const card: InvitationCard = {
  ...{ invitationId: 'i', conversationId: 'c', callId: 'k', purpose: 'consult', media: 'voice' },
  ...{ visitorName: 'Mina', from: 'Amir', note: 'SECRET', queue: null, lastText: 'SECRET', deadline: 9 },
}
const mention: Mention = { conversationId: 'c', seq: 4, at: 1, by: 'Amir', text: 'SECRET' }
let version = 0
const row = (unread: number, state: Partial<ConversationState> = {}, agentId = ME): InboxRow => ({
  ...{ conversationId: 'c', version: ++version, unread, visitorOnline: true },
  visitor: { name: 'Mina', email: null, verified: false, locale: 'en', since: 0 },
  state: {
    ...{ ...emptyState, phase: { name: 'active', agentId, agentName: 'Sara' } },
    ...{ lastText: { text: 'SECRET', by: 'visitor' }, ...state },
  },
})
const call = evolveCall(
  null,
  { type: 'callAsked', payload: { callId: 'k', media: 'voice', by: 'visitor' } },
  { at: 1, by: '' },
)!
const puts = (one: InboxRow) => line.push('inbox', { row: one })

type Case = [what: string, comes: () => void, said: string, goes: () => void, place: string]
const cases: Case[] = [
  [
    'an offer',
    () => line.push('offer', offer),
    'Mina / Would like a voice call',
    () => line.push('offerGone', { offerId: 'o', why: 'withdrawn' }),
    '/c/c',
  ],
  [
    'a colleague who asks into a call',
    () => line.push('invitation', card),
    'Amir asks you into a call / ',
    () => line.push('invitationGone', { invitationId: 'i', why: 'withdrawn' }),
    '/c/c',
  ],
  [
    'a visitor who asks for a call in one’s own conversation',
    () => puts(row(0, { call })),
    'Mina / Wants to talk',
    () => puts(row(0)),
    '/c/c',
  ],
  [
    'a message in one’s own conversation',
    () => {
      puts(row(0))
      puts(row(1))
    },
    'Mina / Wrote to you',
    () => puts(row(0)),
    '/c/c',
  ],
  [
    'a mention',
    () => line.push('mentioned', mention),
    'Amir has mentioned you / ',
    () => line.push('mentionsSeen', { conversationId: 'c' }),
    '/c/c',
  ],
]

describe.each(cases)('%s', (_what, comes, words, goes, place) => {
  it('is told by a page that is not in view, without what was written, until it is dealt with', () => {
    comes()
    expect(said()).toEqual([words])
    expect(JSON.stringify(Note.shown)).not.toContain('SECRET')
    goes()
    expect(said()).toEqual([])
    expect(Note.shown).toHaveLength(1)
  })

  it('leads there when it is clicked', () => {
    comes()
    open()[0]?.onclick()
    expect([places, focused, open()]).toEqual([[place], 1, []])
  })

  it('is not told by a page in view, and goes when that comes into view', () => {
    look('visible')
    comes()
    expect(Note.shown).toEqual([])
    goes()
    look('hidden')
    comes()
    expect(said()).toEqual([words])
    look('visible')
    expect(said()).toEqual([])
  })

  it('is told by nobody but the tab that rings', async () => {
    lost()
    await new Promise(setImmediate)
    comes()
    expect(Note.shown).toEqual([])
  })

  it('is left to push where this browser is told by it, and not told without permission', () => {
    byPush = true
    comes()
    goes()
    byPush = false
    Note.permission = 'default'
    comes()
    expect(Note.shown).toEqual([])
  })
})

describe('a notification', () => {
  it('of further messages takes the place of the one before, and says so', () => {
    puts(row(0))
    for (const unread of [1, 2, 3]) puts(row(unread))
    expect(said()).toEqual(['Mina / Wrote to you'])
    expect(open()[0]?.options).toMatchObject({ tag: 'message c', renotify: true })
  })

  it('tells nothing of what was there before, and of conversations that are another’s', () => {
    puts(row(2))
    expect(Note.shown).toEqual([])
    puts(row(2, {}, 'other'))
    puts(row(3, { call }, 'other'))
    expect(Note.shown).toEqual([])
  })

  it('tells of reviews and of requests to hear a conversation, too', () => {
    line.push('reviewed', { reviewId: 'r', scorecard: 'Service' })
    line.push('replayNews', { what: 'granted', by: 'Vera', conversationId: 'd' })
    expect(said()).toEqual(['Your work was reviewed: Service / ', 'Vera lets you hear what you asked for / '])
    for (const one of open()) one.onclick()
    expect(places).toEqual(['/reviews/mine/r', '/replay/d'])
  })

  it('goes with the tab that showed it, and when another tab rings from then on', async () => {
    line.push('offer', offer)
    lost()
    await new Promise(setImmediate)
    expect(open()).toEqual([])
    granted()
    await new Promise(setImmediate)
    line.push('invitation', card)
    expect(open()).toHaveLength(1)
    globals.window.dispatchEvent(new Event('pagehide'))
    expect(open()).toEqual([])
  })
})

it('the title counts what waits for an answer: messages, calls that are asked for, offers and invitations', () => {
  expect(page.title).toBe('Parley desk')
  puts(row(2))
  expect(page.title).toBe('(2) Parley desk')
  puts(row(2, { call }))
  line.push('offer', offer)
  line.push('invitation', card)
  expect(page.title).toBe('(5) Parley desk')
  line.push('invitationGone', { invitationId: 'i', why: 'accepted' })
  expect(page.title).toBe('(4) Parley desk')
})
