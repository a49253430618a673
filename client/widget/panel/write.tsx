import { useStore } from '@nanostores/react'
import { useEffect, useRef } from 'react'
import { Composer } from '../../ui/composer.tsx'
import type { Visit } from './visit.ts'

/** The message field with its draft, which survives reload and other pages. */
export function Write({ visit }: { visit: Visit }) {
  const { drafts, scope, thread, files } = visit
  const field = useRef<HTMLTextAreaElement>(null)
  const blocked = useStore(visit.$blocked)
  useEffect(() => {
    // Whoever wants the focus meanwhile has it as soon as the field is there.
    if (blocked) return
    const caret = drafts.get(scope)?.caret
    if (caret !== undefined) field.current?.setSelectionRange(caret, caret)
    return visit.onFocus(() => field.current?.focus())
  }, [visit, drafts, scope, blocked])

  const change = (next: string) => drafts.set(scope, next, field.current?.selectionStart)
  const text = useStore(drafts.$text(scope))
  if (blocked) return null
  return (
    <Composer
      text={text}
      onText={change}
      onSend={(sent, infos) => {
        change('')
        thread.send(sent, infos)
      }}
      files={files}
      onTyped={thread.typed}
      field={field}
    />
  )
}
