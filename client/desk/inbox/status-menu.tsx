import { useStore } from '@nanostores/react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { IconButton } from '../../ui/button.tsx'
import { chevronDownIcon } from '../../ui/icons.ts'
import { useDesk } from '../desk-context.ts'
import { useKeys } from '../use-keys.ts'
import { type Choice, choicesWith } from './status-choices.ts'
import './status.css'
import { useReasons } from './use-reasons.ts'

/** Every status that one may choose, with the operator's reasons for being away. */
export function StatusMenu({ choose }: { choose: (choice: Choice) => void }) {
  const { t } = useI18n()
  const [open, setOpen] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  useKeys({ 'Alt+S': () => setOpen(true) })
  const close = () => {
    setOpen(false)
    opener.current?.focus()
  }
  return (
    <div
      className="status-menu"
      onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setOpen(false)}
    >
      <IconButton
        ref={opener}
        icon={chevronDownIcon}
        label={t('work.allStatuses')}
        shortcut="Alt+S"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open ? (
        <Choices
          close={close}
          choose={(choice) => {
            close()
            choose(choice)
          }}
        />
      ) : null}
    </div>
  )
}

function Choices({ choose, close }: { choose: (choice: Choice) => void; close: () => void }) {
  const { t } = useI18n()
  const { $standing } = useDesk().inbox
  const { status, reason } = useStore($standing)
  const reasons = useReasons()
  const menu = useRef<HTMLDivElement>(null)
  useEffect(() => menu.current?.querySelector<HTMLElement>('[aria-checked="true"], button')?.focus(), [])
  return (
    <div
      ref={menu}
      role="menu"
      aria-label={t('work.allStatuses')}
      className="menu"
      onKeyDown={(event) => moveIn(menu.current, event, close)}
    >
      {choicesWith(reasons).map(({ reason: named, ...choice }) => (
        <button
          key={choice.reasonId ?? choice.status}
          type="button"
          role="menuitemradio"
          tabIndex={-1}
          aria-checked={choice.status === status && choice.reasonId === reason?.id}
          className={choice.reasonId ? 'menu-reason' : undefined}
          onClick={() => choose(choice)}
        >
          <span className={`lamp ${choice.status}`} aria-hidden="true" />
          <bdi>{named ?? t(`work.status_${choice.status}`)}</bdi>
        </button>
      ))}
    </div>
  )
}

function moveIn(menu: HTMLElement | null, event: KeyboardEvent, close: () => void): void {
  const all = [...(menu?.querySelectorAll('button') ?? [])]
  const at = all.indexOf(document.activeElement as HTMLButtonElement)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
  if (event.key === 'Escape') close()
  else if (to !== undefined) all[(to + all.length) % all.length]?.focus()
  else return
  event.preventDefault()
  event.stopPropagation()
}
