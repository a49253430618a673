import { once } from 'node:events'
import { join } from 'node:path'
import { startNode } from '../lib/house.ts'
import type { Leg, Medium, RigOrder, RigReply } from './words.ts'

export type Rig = {
  pid: number
  stderr(): string
  legs: Leg[]
  order<T>(order: RigOrder): Promise<T>
  /** Rejects when it ends. */
  gone: Promise<never>
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
  const gone = once(child.process, 'exit').then(() => {
    throw new Error(`The recording process ended: ${child.stderr().slice(-2_000)}`)
  })
  gone.catch(() => undefined)
  const answer = () => Promise.race([once(child.process, 'message'), gone]) as Promise<[RigReply]>
  await answer()
  const order = async <T>(what: RigOrder): Promise<T> => {
    const answered = answer()
    child.process.send(what)
    const [reply] = await answered
    if (!reply.ok) throw new Error(`The recording process: ${reply.error}`)
    return reply.result as T
  }
  const legs = await order<Leg[]>({ do: 'open', calls, medium, folder })
  return { pid: child.pid, stderr: child.stderr, legs, order, gone, stop: child.stop }
}
