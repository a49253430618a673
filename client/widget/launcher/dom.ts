/** The widget's elements in the shop's page: one host with a closed-off shadow, a button, and later the panel's frame. */
import type { Locale } from '../../../server/contract/words.ts'
import { readableOn } from '../../ui/contrast.ts'
import type { Look } from './record.ts'
import { css, FILLED } from './style.css.ts'
import { words } from './words.ts'

const SVG = 'http://www.w3.org/2000/svg'
const chatIcon = 'M21 12a8 8 0 0 1-8 8H4l1.6-3.2A8 8 0 1 1 21 12zM9 10h8M9 14h5'
const foldIcon = 'm6 9 6 6 6-6'
/** What the panel may use; the frame's own page asks for nothing else. */
const ALLOW = 'microphone; camera; display-capture; autoplay; fullscreen; picture-in-picture; clipboard-write'

function createHost(): HTMLElement {
  const host = document.createElement('parley-widget')
  // Inline and important: nothing in the shop's sheets outranks it.
  const set = (name: string, value: string): void => host.style.setProperty(name, value, 'important')
  set('all', 'initial')
  set('position', 'fixed')
  set('inset', '0')
  set('z-index', '2147483647')
  set('pointer-events', 'none')
  set('display', 'block')
  return host
}

function addStyle(shadow: ShadowRoot): void {
  const text = `${css}.root>*{pointer-events:auto}`
  if ('adoptedStyleSheets' in shadow && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(text)
    shadow.adoptedStyleSheets = [sheet]
    return
  }
  const style = document.createElement('style')
  style.textContent = text
  shadow.append(style)
}

function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const line = document.createElementNS(SVG, 'path')
  line.setAttribute('d', path)
  svg.append(line)
  return svg
}

/** Frameworks that swap the body leave the root alone; whoever removes the host gets it back. */
function keepMounted(host: HTMLElement): () => void {
  const mount = (): void => {
    const root: HTMLElement | null = document.documentElement
    if (!root || host.parentNode === root) return
    root.append(host)
    observer.observe(root, { childList: true })
  }
  const observer = new MutationObserver(mount)
  observer.observe(document, { childList: true })
  mount()
  return () => observer.disconnect()
}

/** On a phone nothing but the open panel is in view, nor to be written in. */
export const coversPage = (): boolean => matchMedia(FILLED).matches

/** On a phone the frame fills what the keyboard leaves. */
function followKeyboard(frame: HTMLIFrameElement): void {
  const view = window.visualViewport
  if (!view) return
  const fit = (): void => {
    const phone = coversPage() && view.scale === 1
    frame.style.height = phone ? `${view.height}px` : ''
    frame.style.top = phone ? `${view.offsetTop}px` : ''
  }
  view.addEventListener('resize', fit)
  view.addEventListener('scroll', fit)
  fit()
}

export function createDom(pressed: (byTouch: boolean) => void) {
  const host = createHost()
  const shadow = host.attachShadow({ mode: 'open' })
  addStyle(shadow)
  const root = document.createElement('div')
  const button = document.createElement('button')
  const badge = document.createElement('span')
  root.className = 'root'
  button.className = 'button'
  button.type = 'button'
  badge.className = 'badge'
  const closed = icon(chatIcon)
  const opened = icon(foldIcon)
  button.append(closed, badge)
  root.append(button)
  shadow.append(root)
  let locale: Locale = 'en'
  let label: string | undefined
  let unread = 0
  let frame: HTMLIFrameElement | null = null
  const away = document.createElement('p')
  away.className = 'away'
  away.role = 'alert'

  const draw = (): void => {
    const { chat: usual, panel, unread: told } = words[locale]
    const chat = label ?? usual
    root.dir = locale === 'fa' ? 'rtl' : 'ltr'
    root.lang = locale
    button.title = chat
    button.ariaLabel = unread > 0 ? chat + told(unread) : chat
    badge.textContent = unread > 0 ? (unread > 99 ? 99 : unread).toLocaleString(locale) : ''
    if (frame) frame.title = panel
  }
  let touch = false
  button.addEventListener('pointerdown', (event) => {
    touch = event.pointerType === 'touch'
  })
  button.addEventListener('click', () => {
    pressed(touch)
    touch = false
  })
  button.ariaExpanded = 'false'
  draw()

  return {
    mount: () => keepMounted(host),
    setLook(look: Look): void {
      locale = look.locale
      label = look.label
      root.style.setProperty('--a', look.accent)
      root.style.setProperty('--on', readableOn(look.accent))
      draw()
    },
    setUnread(count: number): void {
      unread = count
      draw()
    },
    setOpen(open: boolean): void {
      root.classList.toggle('open', open)
      button.ariaExpanded = String(open)
      const wanted = open ? opened : closed
      button.firstElementChild?.replaceWith(wanted)
    },
    addFrame(address: string): HTMLIFrameElement {
      frame = document.createElement('iframe')
      frame.allow = ALLOW
      frame.src = address
      away.remove()
      draw()
      root.prepend(frame)
      followKeyboard(frame)
      return frame
    },
    /** It holds nothing of Parley's: in its place stands that there is no connection. */
    dropFrame(): void {
      frame?.remove()
      frame = null
      away.textContent = words[locale].away
      root.append(away)
    },
    focusButton: () => button.focus(),
    hasFocusInFrame: () => frame !== null && shadow.activeElement === frame,
    /** What is in it goes on. */
    hide: () => host.style.setProperty('display', 'none', 'important'),
    remove: () => host.remove(),
  }
}
