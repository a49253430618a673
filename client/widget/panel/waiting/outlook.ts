/** What the server says of the visitor's prospects: asked at each connection and in each other queue, kept up to date by its pushes. */
import { atom, type ReadableAtom } from 'nanostores'
import type { Outlook } from '../../../../server/contract/waiting.ts'
import type { Thread } from '../../../model/thread.ts'
import type { Wire } from '../../../wire/wire.ts'
import { type Shown, told } from './shown-wait.ts'

export type Outlooks = {
  /** Null until known. */
  $outlook: ReadableAtom<Outlook | null>
  /** The place as it was told last, and whether that was worse than before. */
  $place: ReadableAtom<Shown | null>
  /** Asks anew, since times run on. */
  ask(): void
}

export function createOutlooks(wire: Wire<'visitor'>, thread: Thread): Outlooks {
  const $outlook = atom<Outlook | null>(null)
  const $place = atom<Shown | null>(null)
  const place = (next: Outlook['place']): void => {
    $place.set(next && told($place.get(), next, wire.serverNow()))
  }
  let asked = 0
  const load = async (): Promise<void> => {
    const mine = ++asked
    try {
      const outlook = await wire.request('outlook', {})
      if (mine !== asked) return
      $outlook.set(outlook)
      place(outlook.place)
    } catch {
      // Not connected any more: the next connection asks anew.
    }
  }
  wire.onOnline(() => void load())
  wire.on('team', (team) => {
    const known = $outlook.get()
    if (known) $outlook.set({ ...known, team })
  })
  wire.on('waiting', ({ position, waitMs }) => place({ position, waitMs }))
  // Transferred, it waits where other ways are offered; over with nothing said, the next word goes to the site's queue again.
  thread.$view.listen(({ conversationId, state: { queueId, phase } }, before) => {
    const over = phase.name === 'ended' && phase.unsaid === true && before?.state.phase.name !== 'ended'
    const moved = queueId !== before?.state.queueId && $outlook.get()?.queueId !== queueId
    // The next wait breaks no promise of this one.
    if (phase.name !== 'queued') $place.set(null)
    if (conversationId !== null && (over || moved)) void load()
  })
  return { $outlook, $place, ask: () => void load() }
}
