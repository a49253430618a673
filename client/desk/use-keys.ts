import { useEffect, useRef } from 'react'
import { keyName } from './key-name.ts'

export type Keys = Readonly<Record<string, () => void>>

/** What a control without words does with keys: all others are the page's, also where it was touched last. */
const own: Readonly<Record<string, RegExp>> = {
  range: /^(Arrow|Home$|End$|Page)/,
  checkbox: /^ $/,
  radio: /^( $|Arrow)/,
}

/** Whether the key already means something where the focus is. */
function taken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  const field = target.closest('textarea, select, input, [contenteditable]')
  if (field) return own[field.getAttribute('type') ?? '']?.test(key) ?? true
  return key === ' ' && target.closest('button, a, summary') !== null
}

/** A key held down goes on from row to row; what it answers, ends or switches is meant once. */
const repeats = (name: string): boolean => !name.startsWith('Alt+') || name.startsWith('Alt+Arrow')

/** What a key does that was pressed in the page. */
export function press(event: KeyboardEvent, keys: Keys): void {
  if (event.ctrlKey || event.metaKey || event.defaultPrevented || document.querySelector('dialog[open]'))
    return
  if (!event.altKey && taken(event)) return
  const name = keyName(event)
  const act = keys[name]
  if (!act) return
  event.preventDefault()
  if (!event.repeat || repeats(name)) act()
}

/** Shortcuts of the page: those with Alt everywhere, single signs only where nobody types. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => press(event, latest.current)
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [])
}
