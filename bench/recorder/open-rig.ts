import { once } from 'node:events'
import { join } from 'node:path'
import { startNode } from '../lib/house.ts'
import type { Leg, RigOrder, RigReply } from './words.ts'

export type Rig = {
  pid: number
  legs: Leg[]
  order<T>(order: RigOrder): Promise<T>
  stop(): Promise<void>
}

/** A recording process with calls in it that nobody records yet. */
export async function openRig(folder: string, calls: number): Promise<Rig> {
  const child = startNode([join(import.meta.dirname, 'rig.ts')])
  await once(child.process, 'message')
  const order = async <T>(what: RigOrder): Promise<T> => {
    child.process.send(what)
    const [reply] = (await once(child.process, 'message')) as [RigReply]
    if (!reply.ok) throw new Error(`The recording process: ${reply.error}`)
    return reply.result as T
  }
  const legs = await order<Leg[]>({ do: 'open', calls, folder })
  return { pid: child.pid, legs, order, stop: child.stop }
}
