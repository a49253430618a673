import type { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Duplex } from 'node:stream'
import { nodeNow } from '../clock.ts'

/** So long at most the kernel gathers what a worker says before it is read, ms. */
const GATHER_MS = 100
/** With more in a handful the next one is read sooner: a socket holds some 90 large packets, then the worker must keep them itself. */
const HANDFUL_BYTES = 16_000
/** Whoever has asked is answered within some ms: so long after a question all is read as it comes. */
const ANSWER_MS = 30
/** Node reads at most so much at once: after a whole block there is more. */
const BLOCK_BYTES = 65_536

/** `gather`: it may be read by the handful until what it returns is called, for several at once until the last of them. */
export type Paced<Worker> = { worker: Worker; gather(): () => void }

/**
 * Starts a worker of whose channel a handful of messages can be read at once. mediasoup reads each recorded packet as it comes, and to
 * be woken costs several times what is done with it; nobody waits for a packet.
 *
 * Node tells of each process that is born, so we come to the channel's two ends, which mediasoup keeps to itself. What makes them rest
 * is Node's own (`_handle`): where it is not as it was in Node 24, all is read as it comes.
 * @param start must start one process before it first waits
 */
export async function startPaced<Worker>(start: () => Promise<Worker>): Promise<Paced<Worker>> {
  let child: ChildProcess | undefined
  const born = (message: unknown) => {
    child ??= (message as { process: ChildProcess }).process
  }
  subscribe('child_process', born)
  const starting = start()
  unsubscribe('child_process', born)
  const worker = await starting
  const gatherers = new Set<symbol>()
  const [questions, answers] = child?.stdio.slice(3) ?? []
  if (questions && answers) pace(questions as Duplex, answers as Duplex, () => gatherers.size > 0)
  const gather = () => {
    const one = Symbol('gatherer')
    gatherers.add(one)
    return () => void gatherers.delete(one)
  }
  return { worker, gather }
}

type Handle = { readStart(): void; readStop(): void }

function handleOf(stream: Duplex): Handle | null {
  const { _handle: handle } = stream as { _handle?: Partial<Handle> }
  return handle?.readStart && handle.readStop ? (handle as Handle) : null
}

function pace(questions: Duplex, answers: Duplex, isGathered: () => boolean): void {
  let askedAt = Number.NEGATIVE_INFINITY
  let resting: NodeJS.Timeout | null = null
  let handful = 0
  const readOn = () => {
    if (resting === null) return
    clearTimeout(resting)
    resting = null
    // Null once it is closed.
    handleOf(answers)?.readStart()
  }
  answers.on('data', (block: Buffer) => {
    handful += block.length
    const isAsked = nodeNow() - askedAt < ANSWER_MS
    const handle = handleOf(answers)
    if (handle === null || resting !== null || isAsked || block.length >= BLOCK_BYTES || !isGathered()) return
    handle.readStop()
    resting = setTimeout(readOn, GATHER_MS * Math.min(1, HANDFUL_BYTES / handful))
    handful = 0
  })
  const write = questions.write.bind(questions)
  questions.write = ((...asked: Parameters<typeof write>) => {
    askedAt = nodeNow()
    readOn()
    return write(...asked)
  }) as typeof write
}
