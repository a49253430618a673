import { useEffect, useRef } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { showToast } from '../../ui/toast.tsx'
import type { Desk } from '../desk.ts'
import { saveInTime } from './saved-in-time.ts'

const words = {
  wrapUp: 'work.wrapUpSaved',
  note: 'work.wrapUpNoteKept',
  nothing: 'work.wrapUpLost',
} as const

/** Wherever one is at the desk: what is written in wrap-ups is saved before their time is over. */
export function useWrapUpsSaved(desk: Desk): void {
  const { t } = useI18n()
  const latest = useRef(t)
  latest.current = t
  useEffect(() => {
    const { wire, inbox, drafts } = desk
    return saveInTime({
      ...{ wire, inbox, drafts },
      keepNote: (conversationId, text) => desk.room(conversationId).thread.note(text),
      saved: (as) => showToast({ text: latest.current(words[as]) }),
    })
  }, [desk])
}
