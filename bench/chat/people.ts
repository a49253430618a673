/** Connected people: to Parley as browsers are, and to the relay by the same number of sockets. */
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { io, type Socket } from 'socket.io-client'
import { v7 as newId } from 'uuid'
import type { DeskSession, VisitorSession } from '../../server/contract/http.ts'
import { CONTRACT_VERSION } from '../../server/contract/limits.ts'
import type { LoadPlan } from './words.ts'

/** A visitor, the agent who serves them, and what they talk in. */
export type Pair = { visitor: Socket; agent: Socket; conversationId: string }

/** How many people come at once. */
const AT_ONCE = 24

/** Each person has an address of their own, as in life: limits by address are met honestly. */
export const visitorAddress = (index: number) => `127.1.${index >> 8}.${index & 255}`
export const agentAddress = (index: number) => `127.2.${index >> 8}.${index & 255}`

/** Runs `work` for 0…count−1, a few at a time, in order of starting. */
export async function forEach<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const worker = async () => {
    while (next < count) {
      const index = next++
      results[index] = await work(index)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return results
}

/** Throws with the server's words for a refusal. */
export async function ask(socket: Socket, name: string, input: unknown): Promise<Record<string, unknown>> {
  const answer = (await socket.timeout(20_000).emitWithAck('request', name, input)) as {
    ok: boolean
    failure?: { code: string; message: string }
    output: Record<string, unknown>
  }
  if (!answer.ok) throw new Error(`${name}: ${answer.failure?.code} ${answer.failure?.message}`)
  return answer.output
}

export async function connectToApp(plan: LoadPlan): Promise<{ visitors: Socket[]; agents: Socket[] }> {
  const agents = await forEach(plan.links.length, async (index) => {
    const address = agentAddress(index)
    const signIn = { link: plan.links[index] }
    const { access } = await post<DeskSession>(`${plan.appUrl}/api/desk/sign-in`, signIn, address)
    return await connect(`${plan.appUrl}/desk`, address, credentials(access))
  })
  const visitors = await forEach(plan.visitors, async (index) => {
    const address = visitorAddress(index)
    const { access } = await post<VisitorSession>(
      `${plan.appUrl}/api/visitor/session`,
      { site: plan.site },
      address,
    )
    return await connect(`${plan.appUrl}/visitor`, address, credentials(access))
  })
  return { visitors, agents }
}

const credentials = (token: string) => ({ token, tab: randomUUID(), contract: CONTRACT_VERSION })

/** Every visitor says a first word; agents take the conversations in turn and open them. */
export async function converse(people: { visitors: Socket[]; agents: Socket[] }): Promise<Pair[]> {
  return await forEach(people.visitors.length, async (index) => {
    const visitor = people.visitors[index]
    const agent = people.agents[index % people.agents.length]
    if (!visitor || !agent) throw new Error('nobody there')
    const hello = { conversationId: null, clientId: newId(), text: 'Hello', attachments: [] }
    const conversationId = String((await ask(visitor, 'message.send', hello)).conversationId)
    await ask(agent, 'conversation.take', { conversationId })
    await ask(agent, 'resume', { conversationId })
    return { visitor, agent, conversationId }
  })
}

export async function connectToRelay(plan: LoadPlan, url: string): Promise<Pair[]> {
  const count = plan.links.length
  const room = (index: number) => `room-${index}`
  const mine = (agent: number) =>
    Array.from({ length: plan.visitors }, (_, index) => index)
      .filter((index) => index % count === agent)
      .map(room)
  const agents = await forEach(count, (index) =>
    connect(`${url}/desk`, agentAddress(index), { rooms: mine(index) }),
  )
  return await forEach(plan.visitors, async (index) => {
    const auth = { rooms: [room(index)] }
    const visitor = await connect(`${url}/visitor`, visitorAddress(index), auth)
    const agent = agents[index % count]
    if (!agent) throw new Error('nobody there')
    return { visitor, agent, conversationId: room(index) }
  })
}

function connect(url: string, localAddress: string, auth: object): Promise<Socket> {
  // `localAddress` is handed on to `ws`; the types do not know it.
  const options = { transports: ['websocket'], forceNew: true, reconnection: false, localAddress, auth }
  const socket = io(url, options)
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.once('connect_error', reject)
  })
}

export function post<T>(url: string, body: unknown, localAddress: string): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', localAddress, headers, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8')
        if (response.statusCode === 200) resolve(JSON.parse(text) as T)
        else reject(new Error(`${url} answered ${response.statusCode}: ${text}`))
      })
    })
    asked.on('error', reject)
    asked.end(JSON.stringify(body))
  })
}
