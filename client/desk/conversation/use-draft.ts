import { useState } from 'react'
import { useDesk } from '../desk-context.ts'

/** What is being written in one place, kept over everything. */
export function useDraft(scope: string) {
  const { drafts } = useDesk()
  const [text, setText] = useState(() => drafts.get(scope)?.text ?? '')
  const set = (next: string) => {
    setText(next)
    drafts.set(scope, next)
  }
  return { text, set }
}
