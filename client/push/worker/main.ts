/**
 * `/parley-sw.js`: shows what comes by push while no page is in view. It serves the desk, Parley's own window for visitors,
 * and shops that host it. It answers no requests of pages: nothing else of a site changes by it.
 */
import type { Clicked, Scope, Told } from './scope.ts'
import { insists } from '../said.ts'
import { shownOf } from './words.ts'

const scope = self as unknown as Scope

// A newer one takes over at once: there is nothing of pages that it could break.
scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()))

scope.addEventListener('push', (event) => {
  const push = event.data?.json() as Told | undefined
  if (push?.v === 1) event.waitUntil(push.over ? takeBack(push) : show(push))
})

scope.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const { url } = event.notification.data as { url?: string }
  if (url) event.waitUntil(open(url))
})

async function show(push: Told & { over: false }): Promise<void> {
  const { title, ...shown } = shownOf(push)
  const { tag, url, news } = push
  const options = { ...shown, tag, data: { url }, renotify: true, requireInteraction: insists(news) }
  await scope.registration.showNotification(title, options)
}

/** Some browsers punish a push that shows nothing: so it is replaced without a sound first, and then closed. */
async function takeBack({ tag, ...push }: Told & { over: true }): Promise<void> {
  const { registration } = scope
  if ((await registration.getNotifications({ tag })).length === 0) return
  const { title, ...shown } = shownOf({ tag, ...push })
  await registration.showNotification(title, { ...shown, tag, silent: true })
  for (const one of await registration.getNotifications({ tag })) one.close()
}

/** A page of the desk that is open goes there; what is not of this origin, a shop's page for instance, is opened anew. */
async function open(url: string): Promise<void> {
  const { origin, pathname } = new URL(url)
  if (origin === scope.location.origin && pathname.startsWith('/desk')) {
    const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
    const desk = pages.find((page) => new URL(page.url).pathname.startsWith('/desk'))
    if (desk) {
      await desk.focus()
      return desk.postMessage({ from: 'parley', go: pathname } satisfies Clicked)
    }
  }
  await scope.clients.openWindow(url)
}
