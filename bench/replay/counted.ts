/** What the server was asked for, and what it sent. */
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { NodeProcess } from '../lib/house.ts'
import type { Request } from './count-requests.ts'

/** Node's flags for a server that counts. */
export const COUNTING = ['--import', pathToFileURL(join(import.meta.dirname, 'count-requests.ts')).href]

export type Counted = { requests: number; bytes: number }
export type Counts = { sound: Counted; pictures: Counted }

/** Of media, since it was asked last. */
export async function takeCounts({ process: server }: Pick<NodeProcess, 'process'>): Promise<Counts> {
  const answered = once(server, 'message')
  server.send('requests')
  const [{ requests }] = (await answered) as [{ requests: Request[] }]
  const of = (kind: 'audio' | 'video'): Counted => {
    const own = requests.filter(({ url }) => url.includes('/media/') && url.includes(`/${kind}`))
    return {
      requests: own.filter(({ began }) => began).length,
      bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
    }
  }
  return { sound: of('audio'), pictures: of('video') }
}
