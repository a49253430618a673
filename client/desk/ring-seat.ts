import { atom, type ReadableAtom } from 'nanostores'

const NAME = 'parley.desk.ring'

/**
 * One tab of all rings: the one used last. It takes the lock when it gets the focus; when it goes, another that waits
 * has it. `$mine`: whether it is this tab.
 */
export function createRingSeat(): { $mine: ReadableAtom<boolean>; close: () => void } {
  const $mine = atom(false)
  let closed = false
  let release: () => void = () => undefined
  let waiting = new AbortController()

  const hold = () =>
    new Promise<void>((resolve) => {
      release = resolve
      $mine.set(true)
    })
  const queue = () => {
    waiting = new AbortController()
    const { signal } = waiting
    void navigator.locks.request(NAME, { signal }, hold).then(lost, () => signal.aborted || lost())
  }
  /** Released by us, or stolen by the tab that is used now. */
  const lost = () => {
    $mine.set(false)
    if (!closed) queue()
  }
  const take = () => {
    if ($mine.get()) return
    waiting.abort()
    void navigator.locks.request(NAME, { steal: true }, hold).then(lost, lost)
  }
  if (document.hasFocus()) take()
  else queue()
  window.addEventListener('focus', take)
  return {
    $mine,
    close() {
      closed = true
      window.removeEventListener('focus', take)
      waiting.abort()
      release()
    },
  }
}
