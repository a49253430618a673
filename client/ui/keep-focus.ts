const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'

/**
 * Whoever works by keyboard keeps a place in the page when what had the focus goes: the next one of those that stood there then and
 * still do, else the one before; where none does it is another page, and they begin at its heading. Without this the browser gives
 * it to nobody, and keys go nowhere. For the page's life.
 */
export function keepFocus(): void {
  let last: HTMLElement | null = null
  let around: HTMLElement[] = []
  addEventListener('focusin', ({ target }) => {
    last = target instanceof HTMLElement && target.matches(':focus-visible') ? target : null
    // Whoever has just begun has been nowhere else in it.
    around = last?.matches('h1') === false ? [...document.querySelectorAll<HTMLElement>(FOCUSABLE)] : []
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
    const heading = document.querySelector<HTMLElement>('main h1')
    if (document.activeElement !== body || !heading) return
    heading.tabIndex = -1
    heading.focus()
  }).observe(document.body, { childList: true, subtree: true })
}
