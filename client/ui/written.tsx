import { Fragment, useEffect } from 'react'
import { useStore } from '@nanostores/react'
import { atom } from 'nanostores'
import type { TextPart, textParts } from './rich-text.ts'

/** What finds links comes with the first text that may hold one; until then text is text. */
const $cut = atom<typeof textParts | null>(null)
let asked = false
const mayLink = (text: string): boolean => /[.:@]/.test(text)

function askForLinks(): void {
  if (asked) return
  asked = true
  import('./rich-text.ts').then(
    (loaded) => $cut.set(loaded.textParts),
    () => {
      asked = false
    },
  )
}

function useParts(text: string): TextPart[] {
  const cut = useStore($cut)
  const may = mayLink(text)
  useEffect(() => {
    if (may) askForLinks()
  }, [may])
  return may && cut ? cut(text) : [{ kind: 'text', text }]
}

/** What a person wrote: in its own direction, line breaks kept, links as links, nothing else interpreted. */
export function Written({ text, className = '' }: { text: string; className?: string }) {
  const parts = useParts(text)
  let offset = 0
  return (
    <div className={`written ${className}`} dir="auto">
      {parts.map((part) => {
        const key = offset
        offset += part.text.length
        if (part.kind === 'text') return <Fragment key={key}>{part.text}</Fragment>
        return (
          <a key={key} href={part.href} target="_blank" rel="noopener noreferrer nofollow" dir="ltr">
            {part.text}
          </a>
        )
      })}
    </div>
  )
}
