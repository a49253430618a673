/** A network of one person's own: an HTTP proxy that can be cut. Browsers' own switch leaves WebSockets alone. */
import { createServer, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream'

export type Network = {
  /** For a browser context's `proxy`. */
  server: string
  /** Ends all connections and takes no new ones. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

export async function openNetwork(): Promise<Network> {
  const sockets = new Set<Socket>()
  let up = true
  const keep = (socket: Socket): void => {
    if (!up) socket.destroy()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  }
  const proxy = createServer((asked, answer) => {
    const { url = '', method, headers } = asked
    const onward = request(url, { method, headers, agent: false }, (response) => {
      // Cut meanwhile: there is nobody left to answer.
      if (answer.destroyed) return void response.destroy()
      answer.writeHead(response.statusCode ?? 502, response.headers)
      pipeline(response, answer, () => undefined)
    })
    onward.on('error', () => answer.destroy())
    pipeline(asked, onward, () => undefined)
  })
  proxy.on('connection', keep)
  proxy.on('connect', ({ url = '' }, client: Socket, head) => {
    const [host = '', port] = url.split(':')
    const server = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      server.write(head)
      pipeline(server, client, server, () => undefined)
    })
    keep(server)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return {
    server: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    cut() {
      up = false
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      up = true
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        proxy.close(() => resolve())
      }),
  }
}
