/** Loaded into the server's process before its own code: tells, when asked, what was requested and what was sent for it. */
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** `bytes`: given to the system to be sent since one asked last, head included. `began`: since then. */
export type Request = { url: string; range: string | null; bytes: number; began: boolean }
type Open = Request & { over: boolean; socket: Socket; before: number }

let since: Open[] = []

subscribe('http.server.request.start', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
  const { url = '', socket, headers } = request
  const one = { url, range: headers.range ?? null, bytes: 0, began: true }
  const open: Open = { ...one, over: false, socket, before: socket.bytesWritten }
  since.push(open)
  response.once('close', () => {
    sentOf(open)
    open.over = true
  })
})

/** What waits in this process is not sent yet. */
function sentOf(one: Open): void {
  if (!one.over) one.bytes = one.socket.bytesWritten - one.socket.writableLength - one.before
}

process.on('message', (asked) => {
  if (asked !== 'requests') return
  for (const one of since) sentOf(one)
  process.send?.({ requests: since.map(({ url, range, bytes, began }) => ({ url, range, bytes, began })) })
  // Those that go on are told of again, by what they send from now on.
  since = since.filter(({ over }) => !over)
  for (const one of since) Object.assign(one, { before: one.before + one.bytes, began: false })
})
// It must not keep a server alive that has been told to stop.
process.channel?.unref()
