/** `<script async src="HOST/widget.js" data-site="KEY"></script>` */
import { createWidget } from './widget.ts'

const script = document.currentScript

function begin(element: HTMLScriptElement): void {
  const { site, lang, cookieDomain, pushWorker } = element.dataset
  if (!site) {
    console.warn('Parley: the script needs data-site.')
    return
  }
  const widget = createWidget({ home: new URL(element.src).origin, site, lang, cookieDomain, pushWorker })
  const start = (): void => void widget.start()
  // A call waits for nobody; everything else waits until the page has nothing to do.
  if (widget.running() === 'call') start()
  else if ('requestIdleCallback' in window) requestIdleCallback(start, { timeout: 4_000 })
  else setTimeout(start, 200)
}

/** A page that is only rendered ahead must not take anything over. */
function whenShown(act: () => void): void {
  if (document.prerendering) document.addEventListener('prerenderingchange', act, { once: true })
  else act()
}

declare global {
  interface Document {
    readonly prerendering?: boolean
  }
}

if (script instanceof HTMLScriptElement && !document.querySelector('parley-widget'))
  whenShown(() => begin(script))
