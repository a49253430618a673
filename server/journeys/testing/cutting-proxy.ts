/** A bad line: every connection through it breaks in the middle of something, sooner or later. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type CuttingProxy = {
  url: string
  /** How often it has cut. */
  cuts(): number
  /** From now on it lets everything through; connections that stand keep what they have left. */
  relent(): void
  close(): Promise<void>
}

/** @param bytes how much a connection carries in one direction before it breaks, drawn from this range */
export async function openCuttingProxy(
  port: number,
  bytes: { from: number; to: number },
): Promise<CuttingProxy> {
  let cuts = 0
  let cutting = true
  const sockets = new Set<Socket>()

  const carry = (from: Socket, to: Socket, end: () => void): void => {
    let left = bytes.from + Math.random() * (bytes.to - bytes.from)
    from.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left > 0 || !cutting) return void to.write(chunk)
      cuts++
      // Half of what was on its way still arrives.
      to.write(chunk.subarray(0, chunk.length >> 1), end)
    })
    from.on('close', end)
    from.on('error', end)
  }
  const line = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    const end = (): void => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.setNoDelay()
      socket.on('close', () => sockets.delete(socket))
    }
    carry(client, server, end)
    carry(server, client, end)
  })
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(line.address() as AddressInfo).port}`,
    cuts: () => cuts,
    relent() {
      cutting = false
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        line.close(() => resolve())
      }),
  }
}
