/** Types of `window.Parley`, the widget's interface for the page that embeds it. See docs/widget-api.md. */

export type ParleyLocale = 'en' | 'fa' | 'ru'

export type ParleyIdentity = {
  /** Your own, lasting id of the person. */
  id: string
  name?: string
  email?: string
  /** Hex HMAC-SHA256 of `id` with the site's secret, made on your server. Without it: shown as "not verified". */
  signature?: string
}

export type ParleyEvents = {
  /** The launcher is there. Listeners added later are called at once. */
  ready: () => void
  open: () => void
  close: () => void
  unread: (count: number) => void
  /** The team wrote; who, never what. */
  message: (message: { name: string | null }) => void
  call: (call: { state: 'asked' | 'connected' | 'ended'; media: 'voice' | 'video' }) => void
}

export type Parley = {
  open(): void
  close(): void
  toggle(): void
  /** Who the visitor is; kept until the panel is loaded. */
  identify(identity: ParleyIdentity): void
  on<E extends keyof ParleyEvents>(event: E, handler: ParleyEvents[E]): void
  off<E extends keyof ParleyEvents>(event: E, handler: ParleyEvents[E]): void
  setLocale(locale: ParleyLocale): void
  /**
   * Nothing of a running call, or of one that begins, is recorded until `resumeRecording` or until the page is left. Resolved
   * once that holds: show the form for the card then.
   */
  pauseRecording(): Promise<void>
  resumeRecording(): void
  /** Removes the widget and forgets the visitor on this device. */
  shutdown(): void
  /** Calls made before or after loading, as `[method, ...arguments]`. */
  queue: { push(call: [method: string, ...args: unknown[]]): void }
}

declare global {
  interface Window {
    Parley?: Parley | { queue: [method: string, ...args: unknown[]][] }
  }
}
