/** What was written in a wrap-up is saved before its time is over, whatever the agent looks at meanwhile. */
import type { WrapUp } from '../../../server/contract/desk.ts'
import type { Drafts } from '../../model/drafts.ts'
import type { Wire } from '../../wire/wire.ts'
import type { Inbox } from '../inbox/inbox.ts'

/** So long before the time is over. */
const AHEAD_MS = 1_500

/** Where the form keeps what is filled in, by conversation. */
export const draftsOf = (conversationId: string) => ({
  disposition: `disposition.${conversationId}`,
  note: `wrapUp.${conversationId}`,
})

type Filled = { dispositionId: string | null; note: string }

export const isFilled = ({ disposition, note }: WrapUp, filled: Filled): boolean =>
  !(disposition === 'required' && filled.dispositionId === null) &&
  !(note === 'required' && filled.note === '')

type Parts = {
  wire: Pick<Wire<'desk'>, 'serverNow'>
  inbox: Pick<Inbox, '$wrapUps' | 'finishWrapUp'>
  drafts: Drafts
  /** Adds it to the conversation, as soon as there is a connection. */
  keepNote: (conversationId: string, text: string) => void
  /**
   * `note`: the wrap-up could not be finished any more, and what was written is kept as a note. `nothing`: a disposition was chosen,
   * and as something required was missing, or it was too late, it is lost.
   */
  saved: (as: 'wrapUp' | 'note' | 'nothing') => void
}

/** Returns the way to stop. */
export function saveInTime({ wire, inbox, drafts, keepNote, saved }: Parts): () => void {
  let timers: ReturnType<typeof setTimeout>[] = []
  const stopped = new AbortController()
  /** Also a disposition that is lost: the next wrap-up of the same conversation would be saved with it. */
  const forget = (conversationId: string): void => {
    for (const scope of Object.values(draftsOf(conversationId))) drafts.set(scope, '')
  }
  const written = (conversationId: string) => {
    const at = draftsOf(conversationId)
    return {
      dispositionId: drafts.get(at.disposition)?.text || null,
      note: drafts.get(at.note)?.text.trim() ?? '',
    }
  }
  /** Nothing is left where it was finished meanwhile by hand, or by another tab. */
  const keepRest = (conversationId: string): void => {
    const { dispositionId, note } = written(conversationId)
    if (dispositionId === null && note === '') return
    forget(conversationId)
    if (note === '') return saved('nothing')
    keepNote(conversationId, note)
    saved('note')
  }
  /** The time is over indeed: until then what is missing may still be written. */
  const over = ({ conversationId, deadline }: WrapUp): void => {
    const now = inbox.$wrapUps.get().find((one) => one.conversationId === conversationId)
    const extended = now !== undefined && now.deadline > deadline
    if (!stopped.signal.aborted && !extended) keepRest(conversationId)
  }
  const save = async (wrapUp: WrapUp): Promise<void> => {
    const { conversationId, deadline } = wrapUp
    const filled = written(conversationId)
    try {
      // One that is over is finished without an error, and without what was written.
      const some = filled.dispositionId !== null || filled.note !== ''
      if (some && isFilled(wrapUp, filled) && wire.serverNow() < deadline) {
        await inbox.finishWrapUp({ conversationId, ...filled })
        forget(conversationId)
        return saved('wrapUp')
      }
    } catch (error) {
      console.debug('the wrap-up could not be finished in time', error)
    }
    // While it is open its agent may write there, also where somebody else has the conversation by now.
    if (filled.note !== '') keepRest(conversationId)
    else setTimeout(over, deadline - wire.serverNow(), wrapUp)
  }
  const clear = () => timers.forEach(clearTimeout)
  const stop = inbox.$wrapUps.subscribe((wrapUps) => {
    clear()
    timers = wrapUps.map((one) =>
      setTimeout(() => void save(one), Math.max(0, one.deadline - AHEAD_MS - wire.serverNow())),
    )
  })
  return () => {
    stopped.abort()
    stop()
    clear()
  }
}
