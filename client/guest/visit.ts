/** A guest in a call: one socket, its thread from their joining on, and its media. */
import { atom, type ReadableAtom } from 'nanostores'
import type { GuestSession } from '../../server/contract/guest.ts'
import { type Call, createCall } from '../call/controller.ts'
import { createDevices } from '../media/devices.ts'
import { callWire } from '../media/wire.ts'
import type { ThreadPort } from '../model/port.ts'
import { createStaging, type Staging } from '../model/staging.ts'
import { createThread, type Thread } from '../model/thread.ts'
import { createAttachments } from '../wire/attachments.ts'
import { tryParts } from '../wire/part.ts'
import { RequestError } from '../wire/request-error.ts'
import { connectWire } from '../wire/socket.ts'
import { browserStore } from '../wire/storage.ts'
import type { Wire } from '../wire/wire.ts'

export type GuestVisit = {
  thread: Thread
  call: Call
  attachments: ReturnType<typeof createAttachments>
  files: Staging
  $over: ReadableAtom<boolean>
}

/** `fresh`: just come by the link; after a reload the page takes its seat again by itself. */
export function createVisit(session: GuestSession, fresh: boolean): GuestVisit {
  const { access, conversationId, callId, seat } = session
  const $over = atom(false)
  const over = () => {
    visit.call.close()
    $over.set(true)
  }
  const wire = connectWire({
    namespace: 'guest',
    // There is one token, and no other when it is refused: the call is over, or they were sent out.
    token: (renew) => {
      if (renew) over()
      return Promise.resolve(access)
    },
    onRefused: over,
  })
  wire.onOnline(() => tryParts())
  const scope = `guest.${callId}`
  const thread = createThread({
    ...{ port: guestPort(wire), audience: 'agent', conversationId, store: browserStore() },
    scope,
  })
  const devices = createDevices()
  const call = createCall({ wire: callWire(wire), thread, side: 'agent', seat, devices, consent: 'optional' })
  const attachments = createAttachments({ fetch: fetchWith(access) }, wire, '/api/guest/attachments')
  const files = createStaging(
    browserStore(() => sessionStorage),
    scope,
    attachments.upload,
  )
  const visit = { thread, call, attachments, files, $over }
  wire.on('media.closed', ({ why }) => {
    if (why === 'ended') over()
  })
  call.$hungUp.listen(over)
  let entered = !fresh
  const stop = call.$call.listen((known) => {
    if (known === null) {
      stop()
      over()
    } else if (!entered) {
      entered = true
      // After whoever else follows the call has taken note of it.
      queueMicrotask(() => call.bringHere())
    }
  })
  return visit
}

const fetchWith =
  (access: string) =>
  async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { ...init.headers, authorization: `Bearer ${access}` }
    const answer = await fetch(path, { ...init, headers }).catch(() => {
      throw new RequestError({ code: 'unavailable' })
    })
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`)
    return answer
  }

function guestPort(wire: Wire<'guest'>): ThreadPort {
  const none = () => Promise.resolve({})
  return {
    resume: ({ after }) => wire.request('resume', { after }),
    history: (input) => wire.request('history', input),
    send: ({ clientId, text, attachments }) => wire.request('message.send', { clientId, text, attachments }),
    // Nobody waits for a guest's reading or typing.
    mark: none,
    typing: none,
    onEvents: (handler) => wire.on('events', handler),
    onMarks: () => () => undefined,
    onTyping: () => () => undefined,
    onOnline: (handler) => wire.onOnline(() => handler()),
    isOnline: () => wire.$status.get() === 'online',
  }
}
