/** The panel as a window of its own: becomes the visitor whose panel opened it, and takes their call. */
import type { Call } from '../../call/controller.ts'
import { joined } from '../../call/joined.ts'
import { type FromWindow, type ToWindow, unwrap, wrap } from '../messages.ts'
import type { Thread } from '../../model/thread.ts'
import type { Session } from '../../wire/visitor-session.ts'
import type { Calling } from './calling.ts'

type Code = Extract<ToWindow, { type: 'code' }>

/** What this needs of the visit in this window. */
type Here = { calling: Calling; thread: Thread; session: Session }

const COMES_MS = 20_000
let coming: Promise<Code> | null = null

/** The code, asked of the panel that opened this window; only a page of our own origin is listened to. */
function fromOpener(): Promise<Code> {
  coming ??= new Promise((resolve, reject) => {
    const opener = window.opener as Window | null
    if (!opener) return reject(new Error('nobody opened this window'))
    addEventListener('message', (event) => {
      const message = unwrap<ToWindow>(event, opener, location.origin)
      if (message?.type === 'code') resolve(message)
    })
    setTimeout(() => reject(new Error('no code came')), COMES_MS)
    opener.postMessage(wrap<FromWindow>({ type: 'hello' }), location.origin)
  })
  return coming
}

/** The first renewal secret of this window. Without one it would be a stranger's: it closes. */
export async function firstSecret(): Promise<string> {
  try {
    return (await fromOpener()).code
  } catch (error) {
    window.close()
    throw error
  }
}

/** Not after a reload: then the call is this window's own already, and comes back as on any page. */
export async function takeCall({ calling, thread, session }: Here): Promise<void> {
  if (session.$session.get()) return
  // A copy of what the opening page's tab remembers, where that is of this origin.
  joined.set(null)
  const { callId, camera } = await fromOpener()
  calling.near()
  const call = await seen(calling, thread, callId)
  // Without a microphone it stays where it is; `Bring call here` is shown.
  if (!(await call.devices.open('mic'))) return
  call.bringHere()
  if (camera) call.raise('cam')
}

/** Once the call is known here and its parts are fetched. */
function seen({ $parts }: Calling, { $view }: Thread, callId: string): Promise<Call> {
  return new Promise((resolve) => {
    const look = (): void => {
      const call = $parts.get()?.call
      if (!call || $view.get().state.call?.id !== callId) return
      for (const stop of stops) stop()
      resolve(call)
    }
    const stops = [$parts.listen(look), $view.listen(look)]
    look()
  })
}
