/** The way to the server, which a test can cut: open connections end, new ones are refused. */
import { createServer, connect, type Socket } from 'node:net'

export type Tunnel = {
  /** How many WebSockets go through to the server now. */
  sockets(): number
  cut(): void
  mend(): void
  close(): Promise<void>
}

export async function openTunnel(from: number, to: number): Promise<Tunnel> {
  const sockets = new Set<Socket>()
  const upgraded = new Set<Socket>()
  let open = true
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    // An end that vanishes is what this is for.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    return socket
  }
  const cut = (): void => {
    open = false
    for (const socket of sockets) socket.destroy()
  }
  const server = createServer((near) => {
    if (!open) return void near.destroy()
    const far = keep(connect(to, '127.0.0.1'))
    keep(near)
    near.on('data', (bytes: Buffer) => {
      if (bytes.subarray(0, 40).includes('GET /socket.io/')) upgraded.add(near)
    })
    near.pipe(far).pipe(near)
    near.on('close', () => {
      upgraded.delete(near)
      far.destroy()
    })
    far.on('close', () => near.destroy())
  })
  await new Promise<void>((resolve) => server.listen(from, 'localhost', resolve))
  return {
    sockets: () => upgraded.size,
    cut,
    mend: () => {
      open = true
    },
    close: () => {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
