import { useStore } from '@nanostores/react'
import { useDesk } from '../desk-context.ts'

/** What is being written in one place, kept over everything. */
export function useDraft(scope: string) {
  const { drafts } = useDesk()
  const text = useStore(drafts.$text(scope))
  return { text, set: (next: string) => drafts.set(scope, next) }
}
