import { once } from 'node:events'
import { join } from 'node:path'
import { startNode } from '../lib/house.ts'
import type { Leg, Medium, RigOrder, RigReply } from './words.ts'

export type Rig = {
  pid: number
  stderr(): string
  legs: Leg[]
  order<T>(order: RigOrder): Promise<T>
  stop(): Promise<void>
}

/** A recording process with calls in it that nobody records yet. */
export async function openRig(
  folder: string,
  calls: number,
  medium: Medium = 'voice',
  flags: string[] = [],
): Promise<Rig> {
  const child = startNode([...flags, join(import.meta.dirname, 'rig.ts')])
  await once(child.process, 'message')
  const order = async <T>(what: RigOrder): Promise<T> => {
    child.process.send(what)
    const [reply] = (await once(child.process, 'message')) as [RigReply]
    if (!reply.ok) throw new Error(`The recording process: ${reply.error}`)
    return reply.result as T
  }
  const legs = await order<Leg[]>({ do: 'open', calls, medium, folder })
  return { pid: child.pid, stderr: child.stderr, legs, order, stop: child.stop }
}
