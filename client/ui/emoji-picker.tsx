import { useEffect, useRef, useState } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import { IconButton } from './button.tsx'
import { smileIcon } from './icons.ts'

const emoji =
  '😀 😂 🙂 😉 😊 😍 🤔 😐 😕 😢 😮 😡 👍 👎 👌 🙏 👏 🤝 💪 👋 ❤️ 💔 🎉 ✅ ❌ ⭐ 🔥 💡 ⏰ 📦 🎁 🛒'.split(' ')
const COLUMNS = 8

/** A small grid; arrows move in it, Escape closes it, choosing puts the sign at the caret. */
export function EmojiPicker({ choose }: { choose: (sign: string) => void }) {
  const { t } = useI18n()
  const [open, setOpen] = useState(false)
  const grid = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (open) grid.current?.querySelector('button')?.focus()
  }, [open])

  const close = () => {
    setOpen(false)
    opener.current?.focus()
  }
  const keys = (event: { key: string; preventDefault: () => void; stopPropagation: () => void }) => {
    const all = [...(grid.current?.querySelectorAll('button') ?? [])]
    const at = all.indexOf(document.activeElement as HTMLButtonElement)
    const forward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
    const back = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft'
    const step = { [forward]: 1, [back]: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key]
    if (event.key === 'Escape') close()
    else if (step) all[(at + step + all.length) % all.length]?.focus()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      className="emoji"
      onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setOpen(false)}
    >
      <IconButton
        ref={opener}
        icon={smileIcon}
        label={t('ui.emoji')}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open ? (
        <div ref={grid} className="emoji-grid" role="group" aria-label={t('ui.emoji')} onKeyDown={keys}>
          {emoji.map((sign, index) => (
            <button
              key={sign}
              type="button"
              tabIndex={index === 0 ? 0 : -1}
              onClick={() => {
                choose(sign)
                setOpen(false)
              }}
            >
              {sign}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  )
}
