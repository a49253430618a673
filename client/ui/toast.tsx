import { useStore } from '@nanostores/react'
import { atom } from 'nanostores'
import { Button } from './button.tsx'

export type Toast = {
  id: number
  text: string
  look: 'plain' | 'danger'
  action?: { label: string; run: () => void }
}

const $toasts = atom<Toast[]>([])
let lastId = 0

export function dismissToast(id: number): void {
  $toasts.set($toasts.get().filter((toast) => toast.id !== id))
}

/** Shows a line for `ms` (default 5 s) and returns its id. Acting on it or dismissing takes it away sooner. */
export function showToast(toast: Omit<Toast, 'id' | 'look'> & { look?: Toast['look']; ms?: number }): number {
  const { ms = 5_000, look = 'plain', ...rest } = toast
  lastId += 1
  const id = lastId
  $toasts.set([...$toasts.get(), { ...rest, look, id }])
  setTimeout(() => dismissToast(id), ms)
  return id
}

/** Where the lines appear; once a page. */
export function Toasts() {
  const toasts = useStore($toasts)
  return (
    <div className="toasts" role="status">
      {toasts.map(({ id, text, look, action }) => (
        <div key={id} className={`toast ${look}`}>
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
