import { useStore } from '@nanostores/react'
import { useEffect, useRef, useState } from 'react'
import { Composer } from '../../ui/composer.tsx'
import type { Visit } from './visit.ts'

/** The message field with its draft, which survives reload and other pages. */
export function Write({ visit }: { visit: Visit }) {
  const { drafts, scope, thread, attachments } = visit
  const [text, setText] = useState(() => drafts.get(scope)?.text ?? '')
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    const caret = drafts.get(scope)?.caret
    if (caret !== undefined) field.current?.setSelectionRange(caret, caret)
    return visit.onFocus(() => field.current?.focus())
  }, [visit, drafts, scope])

  const change = (next: string) => {
    setText(next)
    drafts.set(scope, next, field.current?.selectionStart)
  }
  if (useStore(visit.$blocked)) return null
  return (
    <Composer
      text={text}
      onText={change}
      onSend={(sent, files) => {
        change('')
        thread.send(sent, files)
      }}
      upload={attachments.upload}
      onTyped={thread.typed}
      field={field}
    />
  )
}
