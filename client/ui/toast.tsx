import { useStore } from '@nanostores/react'
import { atom } from 'nanostores'
import { Button } from './button.tsx'

export type Toast = {
  id: number
  text: string
  look: 'plain' | 'danger'
  ms: number
  action?: { label: string; run: () => void }
  /** What the action takes back is done when its time is over: it waits for nothing. */
  undo?: true
  /** Read out like all others, but out of view: desk.css. The panel never has so many at once. */
  waits?: boolean
  timer?: ReturnType<typeof setTimeout> | undefined
}

/** Of the shorter side of the page, px a line: two on a phone. More would cover what it is about. */
const ROOM = 160

export const $toasts = atom<Toast[]>([])
let lastId = 0

/** The newest are in view. Whatever waits meanwhile has its whole time when it is in view again. */
function set(toasts: Toast[]): void {
  const from = toasts.length - Math.min(innerWidth, innerHeight) / ROOM
  $toasts.set(
    toasts.map((toast, at) => {
      const waits = !toast.undo && at < from
      if (waits) clearTimeout(toast.timer)
      const timer = waits ? undefined : (toast.timer ?? setTimeout(dismissToast, toast.ms, toast.id))
      return { ...toast, waits, timer }
    }),
  )
}

export function dismissToast(id: number): void {
  set($toasts.get().filter((toast) => toast.id !== id))
}

/** Shows a line for `ms` (default 5 s) and returns its id. Acting on it or dismissing takes it away sooner. */
export function showToast(toast: Partial<Toast> & { text: string }): number {
  lastId += 1
  const before = $toasts.get().filter(({ text, action }) => action || text !== toast.text)
  set([...before, { look: 'plain', ms: 5_000, ...toast, id: lastId }])
  return lastId
}

/** Where the lines appear; once a page. */
export function Toasts() {
  const toasts = useStore($toasts)
  return (
    <div className="toasts" role="status">
      {toasts.map(({ id, text, look, action, waits }) => (
        <div key={id} className={`toast ${look} ${waits ? 'waits' : ''}`}>
          <span dir="auto">{text}</span>
          {action ? (
            <Button
              look="quiet"
              onClick={() => {
                dismissToast(id)
                action.run()
              }}
            >
              {action.label}
            </Button>
          ) : null}
        </div>
      ))}
    </div>
  )
}
