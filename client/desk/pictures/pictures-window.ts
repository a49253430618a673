/**
 * A window beside the desk in which the pictures of a call are shown. It shows and no more: the call lives in the desk's
 * page, which draws into it, and whichever way it closes the pictures are back in that page.
 */
import { atom, type ReadableAtom } from 'nanostores'

export type PicturesWindow = {
  /** Whose pictures are out, and where. */
  readonly $out: ReadableAtom<{ conversationId: string; window: Window } | null>
  /** Within a click or the press of a key. Resolves to false where the browser opens no window. */
  open(conversationId: string): Promise<boolean>
  close(): void
}

declare global {
  interface Window {
    /** A window that stays above others and ends with its page; Chromium's. */
    documentPictureInPicture?: {
      requestWindow(size: { width: number; height: number }): Promise<Window>
    }
  }
}

const SIZE = { width: 480, height: 360 }

async function openBrowsers(): Promise<Window | null> {
  try {
    const above = await window.documentPictureInPicture?.requestWindow(SIZE)
    if (above) return above
  } catch (error) {
    console.warn('no window above others', error)
  }
  // Of one name, so that one that a crash left behind is taken over.
  return window.open('', 'parley-pictures', `popup,width=${SIZE.width},height=${SIZE.height}`)
}

export function createPicturesWindow(): PicturesWindow {
  const $out = atom<{ conversationId: string; window: Window } | null>(null)
  let opening = false
  let over = new AbortController()

  function close(): void {
    const { window: shown } = $out.get() ?? {}
    over.abort()
    $out.set(null)
    shown?.close()
  }

  async function open(conversationId: string): Promise<boolean> {
    if (opening) return true
    close()
    opening = true
    try {
      const opened = await openBrowsers()
      if (!opened) return false
      over = new AbortController()
      const { signal } = over
      opened.addEventListener('pagehide', close, { signal })
      opened.addEventListener('keydown', (event) => pressed(event, close), { signal })
      // A desk that is left or loaded anew leaves no window behind that nobody draws into.
      addEventListener('pagehide', () => opened.close(), { signal })
      await dress(opened.document, signal)
      if (signal.aborted) opened.close()
      else $out.set({ conversationId, window: opened })
      return true
    } finally {
      opening = false
    }
  }

  return { $out, open, close }
}

/** Escape closes it; the desk's own shortcuts mean there what they mean in the desk. */
function pressed(event: KeyboardEvent, close: () => void): void {
  if (event.key === 'Escape') return close()
  if (!event.altKey) return
  const { key, code, altKey } = event
  const focused = document.activeElement
  const there = new KeyboardEvent('keydown', { key, code, altKey, bubbles: true, cancelable: true })
  if (!document.dispatchEvent(there)) event.preventDefault()
  if (document.activeElement !== focused) window.focus()
}

/** The desk's styles, language, direction and colours, as long as it shows them. */
async function dress(document: Document, signal: AbortSignal): Promise<void> {
  const desk = globalThis.document
  const wear = (): void => {
    for (const { name, value } of desk.documentElement.attributes)
      document.documentElement.setAttribute(name, value)
  }
  wear()
  const watch = new MutationObserver(wear)
  watch.observe(desk.documentElement, { attributes: true })
  signal.addEventListener('abort', () => watch.disconnect())
  const sheets = [...desk.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')].map(({ href }) => {
    const link = document.createElement('link')
    link.rel = 'stylesheet'
    link.href = href
    return link
  })
  const worn = sheets.map((link) => new Promise((resolve) => (link.onload = link.onerror = resolve)))
  document.head.replaceChildren(...sheets)
  document.body.replaceChildren()
  await Promise.all(worn)
}
