/** Push in a browser that reaches no push service: subscribing is answered here, and what the service got is handed in by the debugging protocol. */
import type { BrowserContext, CDPSession, Page, Worker } from 'playwright-core'
import type { PushSubscribed } from '../../contract/push.ts'
import { eventually } from './stage.ts'

/** From now on pages of this context may show notifications, and their browser's push service is that one. */
export async function subscribesTo(context: BrowserContext, subscription: PushSubscribed): Promise<void> {
  await context.grantPermissions(['notifications'])
  const answer = (given: PushSubscribed) => {
    PushManager.prototype.subscribe = () =>
      Promise.resolve({ toJSON: () => given } as unknown as PushSubscription)
  }
  await context.addInitScript(answer, subscription)
  for (const page of context.pages()) await page.evaluate(answer, subscription)
}

type Registration = { registrationId: string; scopeURL: string }

/** Brings pushes to the worker of that scope. `path`: any page of its origin. */
export async function createMailman(
  context: BrowserContext,
  origin: string,
  scope: string,
  path = '/widget/notify',
) {
  const page = await context.newPage()
  await page.goto(`${origin}${path}`)
  const session = await context.newCDPSession(page)
  const registrationId = await registered(session, `${origin}${scope}`)
  return {
    /** `body`: as the push service's browser decrypted it. */
    deliver: (body: string) =>
      session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: body }),
    /** What is shown, as soon as it is so many. */
    shown: (count: number) =>
      eventually(`${count} notifications`, async () => {
        const all = await notifications(page, scope)
        return all.length === count ? all : undefined
      }),
  }
}

async function registered(session: CDPSession, scopeURL: string): Promise<string> {
  const known: Registration[] = []
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => known.push(...registrations))
  await session.send('ServiceWorker.enable')
  return eventually(
    `a worker of ${scopeURL}`,
    () => known.find((one) => one.scopeURL === scopeURL)?.registrationId,
  )
}

const notifications = (page: Page, scope: string) =>
  page.evaluate(async (at) => {
    const all = (await (await navigator.serviceWorker.getRegistration(at))?.getNotifications()) ?? []
    return all.map(({ title, body }) => ({ title, body }))
  }, scope)

type Inside = {
  registration: ServiceWorkerRegistration
  clients: { openWindow(url: string): Promise<null> }
  dispatchEvent(event: Event): void
}
type Click = new (name: string, init: { notification: Notification | undefined }) => Event

/** Clicks the notification that is shown, and answers which page would be opened. */
export async function clicked(context: BrowserContext): Promise<string> {
  const worker = await eventually<Worker>('a worker', () =>
    context.serviceWorkers().find((one) => one.url().endsWith('/parley-sw.js')),
  )
  return worker.evaluate(async () => {
    const inside = self as unknown as Inside
    const { NotificationEvent } = self as unknown as { NotificationEvent: Click }
    const [notification] = await inside.registration.getNotifications()
    return new Promise<string>((resolve) => {
      // A browser opens windows for real clicks only.
      inside.clients.openWindow = (url) => {
        resolve(url)
        return Promise.resolve(null)
      }
      inside.dispatchEvent(new NotificationEvent('notificationclick', { notification }))
    })
  })
}
