import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { type Trigger, triggerAt } from './trigger.ts'
import './suggest.css'

export type Suggestion = {
  key: string
  name: string
  /** Beside the name, smaller. */
  more?: string | undefined
  /** What it would write. */
  preview?: string | undefined
  /** What takes the place of the sign and word, and which part of it is selected then; or something else to do. */
  choose: { text: string; gap?: [number, number] | null } | (() => void)
  /** It is no end: the sign stays, and something else is looked for. */
  goesOn?: boolean
}

type Options = {
  field: HTMLTextAreaElement | null
  text: string
  write: (text: string) => void
  sign: string
  /** Accessible name of the list. */
  label: string
  find: (query: string) => Suggestion[]
  /** Nothing is looked for any more. */
  onEnd?: () => void
}

/**
 * A list over a text field of what fits the word at the caret that begins with a sign. Arrows move in it, Enter or Tab takes one,
 * Escape closes it; the focus stays in the field.
 */
export function useSuggestions({ field, text, write, sign, label, find, onEnd }: Options): ReactNode {
  const { t } = useI18n()
  const id = useId()
  const caret = useCaret(field, text)
  const [closed, setClosed] = useState<number | null>(null)
  const [at, setAt] = useState(0)
  const select = useSelection(field, text)
  const trigger = caret === null ? null : triggerAt(text, caret, sign)
  const items = trigger && trigger.from !== closed ? find(trigger.query) : []
  const open = items.length > 0
  const active = Math.min(at, items.length - 1)
  useEffect(() => setAt(0), [trigger?.query])
  useEffect(() => {
    if (trigger) return
    setClosed(null)
    onEnd?.()
  }, [trigger === null])
  const choose = (index: number) => {
    if (!field) return
    // What is drawn may be a key behind what is in the field, for who types fast.
    const { value, selectionStart: end } = field
    const word = triggerAt(value, end, sign)
    const item = word && (word.query === trigger?.query ? items : find(word.query))[index]
    if (!item) return
    const { choose: chosen } = item
    const put = typeof chosen === 'function' ? { text: item.goesOn ? sign : '' } : chosen
    select(put.gap ?? [put.text.length, put.text.length], word.from)
    write(value.slice(0, word.from) + put.text + value.slice(end))
    if (typeof chosen === 'function') chosen()
    if (item.goesOn) setAt(0)
  }
  const keys: Record<string, () => void> = {
    ArrowDown: () => setAt((active + 1) % items.length),
    ArrowUp: () => setAt((active - 1 + items.length) % items.length),
    Enter: () => choose(active),
    Tab: () => choose(active),
    Escape: () => setClosed((trigger as Trigger).from),
  }
  useFieldKeys(field, open ? keys : null)
  useTold(field, open ? { list: id, option: `${id}-${active}` } : null)
  if (!open) return null
  return (
    <div className="suggest">
      <p role="status" className="visually-hidden">
        {t('work.suggestions', { count: items.length })}
      </p>
      <ul id={id} role="listbox" aria-label={label}>
        {items.map((item, index) => (
          <Option
            key={item.key}
            id={`${id}-${index}`}
            item={item}
            active={index === active}
            choose={() => choose(index)}
          />
        ))}
      </ul>
    </div>
  )
}

type OptionProps = { id: string; item: Suggestion; active: boolean; choose: () => void }

function Option({ id, item, active, choose }: OptionProps) {
  const line = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (active) line.current?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <li
      ref={line}
      id={id}
      role="option"
      aria-selected={active}
      // The focus stays in the field.
      onMouseDown={(event) => event.preventDefault()}
      onClick={choose}
    >
      <span>
        <bdi>{item.name}</bdi> {item.more ? <small dir="auto">{item.more}</small> : null}
      </span>
      {item.preview ? (
        <span className="suggest-preview" dir="auto">
          {item.preview}
        </span>
      ) : null}
    </li>
  )
}

/** Where the caret is while the field has the focus and nothing is selected. */
function useCaret(field: HTMLTextAreaElement | null, text: string): number | null {
  const [caret, setCaret] = useState<number | null>(null)
  useEffect(() => {
    if (!field) return
    const look = () => {
      const here = document.activeElement === field && field.selectionStart === field.selectionEnd
      setCaret(here ? field.selectionStart : null)
    }
    look()
    document.addEventListener('selectionchange', look)
    field.addEventListener('blur', look)
    return () => {
      document.removeEventListener('selectionchange', look)
      field.removeEventListener('blur', look)
    }
  }, [field, text])
  return caret
}

/** Selects a part of what has just been written, once it is there. */
function useSelection(field: HTMLTextAreaElement | null, text: string) {
  const wanted = useRef<[number, number] | null>(null)
  useLayoutEffect(() => {
    if (!field || !wanted.current) return
    field.focus()
    field.setSelectionRange(...wanted.current)
    wanted.current = null
  }, [field, text])
  return ([from, to]: [number, number], offset: number) => {
    wanted.current = [offset + from, offset + to]
  }
}

/** Before the field's own meaning of a key. */
function useFieldKeys(field: HTMLTextAreaElement | null, keys: Record<string, () => void> | null): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    if (!field) return
    const pressed = (event: KeyboardEvent) => {
      const composing = event.isComposing || event.keyCode === 229
      const act = latest.current?.[event.key]
      if (!act || composing || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      event.stopPropagation()
      act()
    }
    field.addEventListener('keydown', pressed)
    return () => field.removeEventListener('keydown', pressed)
  }, [field])
}

/** Tells those who do not see the list what in it is chosen. */
function useTold(field: HTMLTextAreaElement | null, told: { list: string; option: string } | null): void {
  useEffect(() => {
    if (!field || !told) return
    const attributes = {
      'aria-autocomplete': 'list',
      'aria-controls': told.list,
      'aria-activedescendant': told.option,
    }
    for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value)
    return () => Object.keys(attributes).forEach((name) => field.removeAttribute(name))
  }, [field, told?.list, told?.option])
}
