import { createSocket } from 'node:dgram'

/** A documentation address: never reached, only asked for the way there. */
const ANYWHERE = '192.0.2.1'

/** Whether listening there means on every address, so that none of them can be told to browsers. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/** This machine's address on its default route, or null when there is none. Sends nothing. */
export function defaultRouteAddress(): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    const done = (address: string | null) => {
      socket.close()
      resolve(address)
    }
    socket.on('error', () => done(null))
    socket.connect(9, ANYWHERE, () => done(socket.address().address))
  })
}
