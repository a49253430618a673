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
  /** Once the time is over indeed: until then what is missing may still be written. */
  const tellLost = ({ conversationId, deadline }: WrapUp): void => {
    const { disposition } = draftsOf(conversationId)
    const now = inbox.$wrapUps.get().find((one) => one.conversationId === conversationId)
    const extended = now !== undefined && now.deadline > deadline
    if (stopped.signal.aborted || extended || !drafts.get(disposition)) return
    drafts.set(disposition, '')
    saved('nothing')
  }
  const save = async (wrapUp: WrapUp): Promise<void> => {
    const { conversationId, deadline } = wrapUp
    const at = draftsOf(conversationId)
    const dispositionId = drafts.get(at.disposition)?.text || null
    const note = drafts.get(at.note)?.text.trim() ?? ''
    if (dispositionId === null && note === '') return
    try {
      // One that is over is finished without an error, and without what was written.
      if (isFilled(wrapUp, { dispositionId, note }) && wire.serverNow() < deadline) {
        await inbox.finishWrapUp({ conversationId, dispositionId, note })
        for (const scope of Object.values(at)) drafts.set(scope, '')
        return saved('wrapUp')
      }
    } catch (error) {
      console.debug('the wrap-up could not be finished in time', error)
    }
    if (note === '') return void setTimeout(() => tellLost(wrapUp), deadline - wire.serverNow())
    // Finished meanwhile by hand, or by another tab.
    if (!drafts.get(at.note)) return
    drafts.set(at.note, '')
    keepNote(conversationId, note)
    saved('note')
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
