const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'

/**
 * Whoever works by keyboard keeps a place in the page when what had the focus goes: the next one of those that stood there then and
 * still do, else the one before. Without this the browser gives it to nobody, and keys go nowhere. For the page's life.
 */
export function keepFocus(): void {
  let last: HTMLElement | null = null
  let around: HTMLElement[] = []
  addEventListener('focusin', ({ target }) => {
    last = target instanceof HTMLElement && target.matches(':focus-visible') ? target : null
    around = last ? [...document.querySelectorAll<HTMLElement>(FOCUSABLE)] : []
  })
  // Who points elsewhere has left it.
  addEventListener('pointerdown', () => {
    last = null
  })
  new MutationObserver(() => {
    const { body } = document
    if (!last || last.isConnected || !document.hasFocus()) return
    const at = around.indexOf(last)
    // What is hidden, off, or beneath a dialog does not take it.
    for (const one of [...around.slice(at), ...around.slice(0, at).reverse()])
      if (document.activeElement === body) one.focus()
  }).observe(document.body, { childList: true, subtree: true })
}
