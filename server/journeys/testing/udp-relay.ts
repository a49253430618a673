/** Datagrams for the media node, brought to it by another address than the one it listens on. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'

/**
 * From an address of this machine to the same port of loopback, where Parley listens in a test. As a NAT does it: each
 * sender has a port of its own on the other side. Returns the end.
 */
export async function relayUdp(address: string, port: number): Promise<() => void> {
  const door = await bound(port, address)
  const senders = new Map<string, UdpSocket>()
  const senderOf = (sender: string, back: { port: number; address: string }): UdpSocket => {
    const known = senders.get(sender)
    if (known) return known
    const socket = createSocket('udp4')
    // From loopback, Firefox would be told an address of its own that it does not believe.
    socket.bind(0, address)
    senders.set(sender, socket)
    socket.on('message', (data) => door.send(data, back.port, back.address, () => undefined))
    return socket
  }
  door.on('message', (data, from) => {
    senderOf(`${from.address}:${from.port}`, from).send(data, port, '127.0.0.1', () => undefined)
  })
  return () => {
    for (const socket of [door, ...senders.values()]) socket.close()
  }
}

async function bound(port: number, address: string): Promise<UdpSocket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(port, address, resolve))
  return socket
}
