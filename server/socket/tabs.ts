/** One socket may speak for further tabs of the same visitor: they ask under their own names, and are pushed to by them. */
import type { Socket } from 'socket.io'
import type { VisitorContext } from './context.ts'
import { rooms } from './hub.ts'
import type { Answer, Served } from './serve.ts'

// A tab's name is its own choice; this only keeps it a name.
const TAB = /^[A-Za-z0-9-]{8,64}$/
const MOST_TABS = 30

export const isTab = (value: unknown): value is string => typeof value === 'string' && TAB.test(value)

type Speaking = {
  context: VisitorContext
  served: Served<VisitorContext>
  /** A tab that was not spoken for before. */
  came(tab: string): void
  gone(tab: string): void
}

export function speakForTabs(socket: Socket, { context, served, came, gone }: Speaking): void {
  const tabs = new Set<string>()
  const leave = (tab: string): void => {
    if (!tabs.delete(tab)) return
    void socket.leave(rooms.tab(tab))
    gone(tab)
  }
  socket.on('relay', (tab: unknown, name: unknown, input: unknown, ack: unknown) => {
    // Before anything else: each new tab costs us a question to the database.
    if (!served.admit(ack) || typeof ack !== 'function') return
    const known = isTab(tab) && (tab === context.tab || tabs.has(tab) || tabs.size < MOST_TABS)
    if (!known) return void ack(refused)
    if (tab !== context.tab && !tabs.has(tab)) {
      tabs.add(tab)
      void socket.join(rooms.tab(tab))
      came(tab)
    }
    served.take({ ...context, tab }, name, input, ack)
  })
  socket.on('tabGone', (tab: unknown) => {
    if (served.admit(null) && isTab(tab)) leave(tab)
  })
  socket.on('disconnect', () => {
    for (const tab of tabs) leave(tab)
  })
}

const refused: Answer = { ok: false, failure: { code: 'badInput', message: 'No such tab, or too many' } }
