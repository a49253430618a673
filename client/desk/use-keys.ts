import { useEffect, useRef } from 'react'

export type Keys = Readonly<Record<string, () => void>>

/** Whether the key already means something where the focus is. */
function taken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('textarea, select, input, [contenteditable]')) return true
  return key === ' ' && target.closest('button, a, summary') !== null
}

/** `Alt+N` by the key's place, so that it works with any layout; a single sign by what it writes. */
function nameOf(event: KeyboardEvent): string {
  if (!event.altKey) return event.shiftKey && event.key.startsWith('Arrow') ? `Shift+${event.key}` : event.key
  return `Alt+${event.code.replace(/^(Key|Digit)/, '')}`
}

/** Shortcuts of the page: those with Alt everywhere, single signs only where nobody types. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.defaultPrevented || document.querySelector('dialog[open]'))
        return
      if (!event.altKey && taken(event)) return
      const act = latest.current[nameOf(event)]
      if (!act) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [])
}
