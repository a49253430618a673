/** The launcher: a button, and behind it the panel's frame, loaded at the first use or when a conversation runs. */
import type { Locale } from '../../../server/contract/words.ts'
import type { SiteConfig } from '../../../server/contract/http.ts'
import { mayBeTold, subscribeHere } from '../../push/subscribe.ts'
import { pickLocale } from '../../i18n/locale.ts'
import { type FromPanel, type Identity, type ToPanel, unwrap, wrap } from '../messages.ts'
import { createApi } from './api.ts'
import { createCookie } from './cookie.ts'
import { coversPage, createDom } from './dom.ts'
import { createRecord } from './record.ts'

export type Setting = {
  /** Parley's origin: where this script came from. */
  home: string
  site: string
  lang: string | undefined
  cookieDomain: string | undefined
  /** Path of the worker that the shop hosts. */
  pushWorker: string | undefined
}

/** What has the keyboard once the panel is open: nothing is seen in a frame without it, and a field brings up keys on touch. */
type Focus = 'field' | 'frame' | ''

const DEFAULT_ACCENT = '#006a6f'

/** A frame that has loaded and says nothing for so long is none of Parley's. */
const SILENT_MS = 3_000

/** Until the `n`th further try is due: 2 s, later each time up to a minute, or when the browser is online again. */
const pause = (n: number): Promise<unknown> =>
  new Promise((resolve) => {
    setTimeout(resolve, 2_000 * 2 ** Math.min(n, 5))
    addEventListener('online', resolve, { once: true })
  })

/** A notification led here: its mark leaves the address, and the chat is opened. */
function takeCalled(): boolean {
  const url = new URL(location.href)
  if (url.searchParams.get('parley') !== 'open') return false
  url.searchParams.delete('parley')
  history.replaceState(history.state, '', url)
  return true
}

export function createWidget({ home, site, lang, cookieDomain, pushWorker }: Setting) {
  const called = takeCalled()
  const record = createRecord(site)
  const cookie = cookieDomain ? createCookie(site, cookieDomain) : null
  const dom = createDom((byTouch) => (open ? close(true) : show(byTouch ? 'frame' : 'field')))
  const api = createApi({
    open: () => show('field'),
    close: () => close(false),
    toggle: () => (open ? close(false) : show('field')),
    identify,
    setLocale: (locale) => setLocale(pickLocale([locale])),
    pauseRecording,
    resumeRecording: () => {
      formOpen = false
      tell({ type: 'form', open: false })
    },
    shutdown,
  })
  let frame: HTMLIFrameElement | null = null
  let panelReady = false
  let open = false
  let wanted: Focus = ''
  let formOpen = false
  let pausing: (() => void)[] = []
  let identity: Identity | null = null
  let chosen: Locale | null = null
  let accent = DEFAULT_ACCENT
  let siteLocale: Locale = 'en'
  let texts: SiteConfig['texts'] = {}
  let unmount = (): void => undefined
  let gone = false

  const localeNow = (): Locale =>
    chosen ?? pickLocale([lang, document.documentElement.lang, ...navigator.languages], siteLocale)
  const wear = (locale: Locale): void => dom.setLook({ accent, locale, label: texts[locale]?.['launcher'] })
  const tell = (message: ToPanel): void => {
    if (panelReady) tellAnyway(message)
  }
  /** Also before the panel has said that it is ready. */
  const tellAnyway = (message: ToPanel): void => frame?.contentWindow?.postMessage(wrap(message), home)
  const referrer = record.cameFrom()
  const here = (): { url: string; title: string } => ({
    url: location.href.slice(0, 2_000),
    // Half a character is refused, and with it the words that it comes with.
    title: document.title.slice(0, 300).replace(/\p{Cs}/gu, ''),
  })

  /** Nothing secret in the address; the fragment does not even reach the server. */
  function load(): void {
    if (frame) return
    const { url, title } = here()
    const about = new URLSearchParams({ lang: localeNow(), origin: location.origin, url, title })
    if (cookie) about.set('carries', '')
    if (pushWorker) about.set('worker', '')
    if (referrer) about.set('referrer', referrer)
    const mine = dom.addFrame(`${home}/widget/panel?site=${encodeURIComponent(site)}#${about}`)
    frame = mine
    const look = (): void => {
      if (panelReady || frame !== mine) return
      frame = null
      // Whoever waits may be writing elsewhere by then.
      wanted = ''
      dom.dropFrame()
      void pause(1).then(load)
    }
    // What is there then says that it is ready, unless the browser found no server and shows that.
    mine.onload = () => setTimeout(look, SILENT_MS)
  }

  function show(focus: Focus): void {
    load()
    if (open) return
    open = true
    record.setOpen(true)
    dom.setOpen(true)
    wanted = focus || (coversPage() ? 'frame' : '')
    if (wanted) frame?.focus()
    tell({ type: 'open', focus: wanted === 'field' })
    api.emit('open')
  }

  function close(byHand: boolean): void {
    if (!open) return
    const inside = dom.hasFocusInFrame()
    open = false
    record.setOpen(false)
    dom.setOpen(false)
    tell({ type: 'fold' })
    if (byHand || inside) dom.focusButton()
    api.emit('close')
  }

  function identify(next: Identity): void {
    identity = next
    tell({ type: 'identify', identity: next })
  }

  function setLocale(locale: Locale): void {
    chosen = locale
    wear(locale)
    tell({ type: 'locale', locale })
  }

  /** Without a panel no call runs. */
  function pauseRecording(): Promise<void> {
    formOpen = true
    if (!frame) return Promise.resolve()
    return new Promise((resolve) => {
      pausing.push(resolve)
      tell({ type: 'form', open: true })
    })
  }

  /** Pages of a shop that changes them without loading. */
  let told = location.href
  function moved(): void {
    if (location.href === told) return
    told = location.href
    tell({ type: 'at', url: here().url })
    // The title usually follows a moment later.
    setTimeout(() => tell({ type: 'page', ...here() }), 300)
  }

  function shutdown(): void {
    gone = true
    // Nobody but the panel reaches what it keeps.
    if (panelReady) leave()
    else load()
    record.forget()
    cookie?.remove()
    unmount()
    dom.hide()
    api.uninstall()
  }

  /** The panel gets a moment to forget before its frame goes. */
  function leave(): void {
    tell({ type: 'shutdown' })
    removeEventListener('message', heard)
    setTimeout(dom.remove, 300)
  }

  function greet(): void {
    panelReady = true
    if (gone) return leave()
    // Loading takes the focus from a frame that got it before.
    if (open && wanted) frame?.focus()
    if (identity) tell({ type: 'identify', identity })
    if (chosen) tell({ type: 'locale', locale: chosen })
    // The page may have changed since the frame was given its address.
    tell({ type: 'page', ...here() })
    if (formOpen) tell({ type: 'form', open: true })
    tell(open ? { type: 'open', focus: wanted === 'field' } : { type: 'fold' })
    wanted = ''
  }

  function heard(event: MessageEvent): void {
    const message = unwrap<FromPanel>(event, frame?.contentWindow ?? null, home)
    if (!message || (gone && message.type !== 'ready')) return
    switch (message.type) {
      case 'ready':
        return greet()
      case 'close':
        return close(true)
      case 'show':
        return show('')
      case 'paused':
        for (const done of pausing) done()
        pausing = []
        return
      case 'unread':
        dom.setUnread(message.count)
        return api.emit('unread', message.count)
      case 'message':
        return api.emit('message', { name: message.name })
      case 'call':
        return api.emit('call', message.call)
      case 'carried':
        return tellAnyway({ type: 'carried', secret: cookie?.read() })
      case 'carry':
        return carry(message)
      case 'subscribe':
        return void subscribe(message.key)
      case 'running':
        return record.setRunning(message.conversation, message.call)
    }
  }

  /** Within the click that the panel had. The worker's scope holds no page of the shop: it is in the way of no other. */
  async function subscribe(key: string): Promise<void> {
    const worker = pushWorker && mayBeTold() ? new URL(pushWorker, location.href) : null
    const scope = worker && new URL('parley-push/', worker).href
    const done = worker && scope ? await subscribeHere(worker.href, scope, key) : { is: 'failed' as const }
    tell({ type: 'subscribed', done })
  }

  /** The page must name the same domain as the site does. */
  function carry({ secret, domain }: { secret: string | null; domain: string }): void {
    if (secret && domain === cookieDomain) cookie?.write(secret)
    else cookie?.remove()
  }

  /** Colours and language of the site; null: this page may not have the widget. Undefined: nobody answers. */
  async function askSite(): Promise<SiteConfig | null | undefined> {
    try {
      const answer = await fetch(`${home}/widget/config?site=${encodeURIComponent(site)}`)
      if (answer.ok) return (await answer.json()) as SiteConfig
      return answer.status < 500 ? null : undefined
    } catch {
      return undefined
    }
  }

  function appear(): void {
    if ('navigation' in window) window.navigation.addEventListener('currententrychange', moved)
    else setInterval(moved, 500)
    addEventListener('popstate', moved)
    addEventListener('message', heard)
    wear(localeNow())
    unmount = dom.mount()
  }

  return {
    /** What ran on the last page of the site in this browser. */
    running: () => record.running(),
    async start(): Promise<void> {
      const running = record.running()
      const known = record.look()
      if (known) {
        accent = known.accent
        siteLocale = known.locale
      }
      if (running || called) {
        appear()
        load()
        // On a phone the panel would cover the page that was just asked for, unless they are talking.
        if (called || (record.wasOpen() && (!coversPage() || running === 'call'))) show('')
      }
      let config = await askSite()
      const shown = running || called
      // Who was here before sees what they saw then.
      for (let n = 0; config === undefined && !shown && !known; n++) {
        await pause(n)
        config = await askSite()
      }
      if (config) {
        accent = config.accent
        siteLocale = config.locale
        texts = config.texts
        record.setLook({ accent, locale: siteLocale })
      } else if (config === null && !shown)
        return console.warn(`Parley: ${home} does not know site "${site}" on ${location.origin}.`)
      if (shown) wear(localeNow())
      else appear()
      api.install()
      api.emit('ready')
    },
  }
}
