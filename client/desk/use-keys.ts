import { useEffect, useRef } from 'react'
import { keyName } from './key-name.ts'

export type Keys = Readonly<Record<string, () => void>>

/** Whether the key already means something where the focus is. */
function taken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('textarea, select, input, [contenteditable]')) return true
  return key === ' ' && target.closest('button, a, summary') !== null
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
      const act = latest.current[keyName(event)]
      if (!act) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [])
}
