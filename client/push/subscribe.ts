/** The browser's part in being told: permission, worker, subscription. Runs at the desk, in Parley's own window, and in shops. */
import type { PushSubscribed } from '../../server/contract/push.ts'

/** `denied`: the browser's user said no, now or before. `failed`: worker or push service did not do it. */
export type Subscribing = { is: 'subscribed'; subscription: PushSubscribed } | { is: 'denied' | 'failed' }

export const mayBeTold = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

/** Call it from a click, where permission is not given yet. `scope`: holds none of the site's pages but ours. */
export async function subscribeHere(worker: string, scope: string, key: string): Promise<Subscribing> {
  try {
    if ((await Notification.requestPermission()) !== 'granted') return { is: 'denied' }
    const registration = await navigator.serviceWorker.register(worker, { scope })
    await active(registration)
    const { pushManager } = registration
    const options = { userVisibleOnly: true, applicationServerKey: key }
    // One that was made for another key is in the way.
    const made = await pushManager.subscribe(options).catch(async (error: unknown) => {
      const other = await pushManager.getSubscription()
      if (!other) throw error
      await other.unsubscribe()
      return await pushManager.subscribe(options)
    })
    const { endpoint, keys } = made.toJSON()
    return { is: 'subscribed', subscription: { endpoint, keys } as PushSubscribed }
  } catch {
    return { is: 'failed' }
  }
}

function active({ installing, waiting, active: now }: ServiceWorkerRegistration): Promise<void> {
  const worker = installing ?? waiting ?? now
  if (!worker || worker.state === 'activated') return Promise.resolve()
  return new Promise((resolve, reject) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve()
      if (worker.state === 'redundant') reject(new Error('the worker could not start'))
    })
  })
}
