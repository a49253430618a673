/** The little of a service worker's world that ours uses; the page's types, which the rest of the client has, lack it. */
import type { Push } from '../../../server/push/push.ts'

type Waiting = Event & { waitUntil(work: Promise<unknown>): void }
type Client = { url: string; focus(): Promise<unknown>; postMessage(message: unknown): void }
type Events = {
  push: Waiting & { data: { json(): unknown } | null }
  notificationclick: Waiting & { notification: Notification }
  install: Waiting
}

export type Scope = {
  location: { origin: string }
  registration: ServiceWorkerRegistration
  clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: true }): Promise<Client[]>
    openWindow(url: string): Promise<unknown>
  }
  skipWaiting(): Promise<void>
  addEventListener<E extends keyof Events>(name: E, handler: (event: Events[E]) => void): void
}

/** What a page of the desk hears when a notification was clicked. */
export type Clicked = { from: 'parley'; go: string }

export type Told = Push
