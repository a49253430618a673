import { type FromPanel, type ToPanel, unwrap, wrap } from '../messages.ts'

export type Bridge = {
  tell(message: FromPanel): void
  /** The panel stands by itself, without a launcher around it. */
  alone: boolean
}

/** The panel's end of the talk with the launcher. */
export function createBridge(shop: string | null, heard: (message: ToPanel) => void): Bridge {
  const alone = window.parent === window || shop === null
  if (alone || shop === null) return { alone: true, tell: () => undefined }
  addEventListener('message', (event) => {
    const message = unwrap<ToPanel>(event, window.parent, shop)
    if (message) heard(message)
  })
  return { alone: false, tell: (message) => window.parent.postMessage(wrap(message), shop) }
}
