import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { silentLog } from '../log.ts'
import { until } from '../testing/until.ts'
import { NodeError } from '../errors.ts'
import { connectNode, type NodeClient } from './client.ts'
import { type Fact, MAX_SOUND_BYTES, type Notice } from './contract.ts'
import type { Handlers } from './handlers.ts'
import { createDoor, type Door, type DoorOptions } from './server.ts'

const pausedFact: Fact = { type: 'recordingPaused', pause: 1, roomId: 'r', at: 1 }
const spec = { seats: [], flow: false, recording: 'off' as const }

function handlers(changes: Partial<Handlers>): Handlers {
  const never = () => Promise.reject(new NodeError('notFound', 'not in this test'))
  const names = [
    'room.apply',
    'room.close',
    'seat.open',
    'seat.connect',
    'seat.restartIce',
    'seat.capabilities',
    'producer.open',
    'producer.close',
    'consumer.ready',
    'inventory',
  ]
  return { ...Object.fromEntries(names.map((name) => [name, never])), ...changes } as Handlers
}

describe('the control channel', () => {
  let folder: string
  let socketPath: string
  let doors: Door[]
  let clients: NodeClient[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ctl-'))
    socketPath = join(folder, 'run', 's')
    doors = []
    clients = []
  })
  afterEach(async () => {
    for (const client of clients) client.close()
    for (const door of doors) await door.stop()
    await rm(folder, { recursive: true })
  })

  async function open(changes: Partial<DoorOptions> = {}): Promise<Door> {
    const door = createDoor({
      socketPath,
      token: 'secret-token-secret',
      nodeId: 'n',
      bootId: 'b',
      workers: 1,
      handlers: handlers({ inventory: async () => ({ bootId: 'b', asOf: door.lastFact(), rooms: [] }) }),
      onClock: () => undefined,
      onPresence: () => undefined,
      onCommitted: () => undefined,
      log: silentLog,
      ...changes,
    })
    await door.start()
    doors.push(door)
    return door
  }

  function client(changes: { token?: string; installationId?: string; down?: () => void } = {}) {
    const facts: number[] = []
    const notices: Notice[] = []
    let ups = 0
    let gaps = 0
    const made = connectNode({
      socketPath,
      token: changes.token ?? 'secret-token-secret',
      installationId: changes.installationId ?? 'i',
      onFact: (no) => facts.push(no),
      onNotice: (notice) => notices.push(notice),
      onUp: () => ups++,
      onGap: () => gaps++,
      onDown: changes.down ?? (() => undefined),
      clock: () => 1_000_000,
      log: silentLog,
    })
    clients.push(made)
    return {
      client: made,
      facts,
      notices,
      ups: () => ups,
      gaps: () => gaps,
      up: () => until(() => made.state() === 'up'),
    }
  }

  function raw(): Promise<{ socket: Socket; closed: Promise<void>; text: () => string }> {
    const socket = connect(socketPath)
    let text = ''
    socket.on('data', (chunk) => (text += chunk.toString()))
    socket.on('error', () => undefined)
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
    return new Promise((resolve) => socket.on('connect', () => resolve({ socket, closed, text: () => text })))
  }

  it('answers requests, typed by their name, and errors by their code', async () => {
    await open({ handlers: handlers({ 'room.apply': async (_, { rev }) => ({ applied: rev }) }) })
    const { client: it, up } = client()
    await up()
    await expect(it.request('room.apply', { roomId: 'r', rev: 3, spec })).resolves.toEqual({ applied: 3 })
    await expect(it.request('room.close', { roomId: 'r', reason: '' })).rejects.toMatchObject({
      code: 'notFound',
    })
    await expect(it.request('room.apply', { roomId: '../etc', rev: 3, spec })).rejects.toMatchObject({
      code: 'badInput',
    })
    await expect(it.request('nonsense' as 'inventory', {})).rejects.toMatchObject({ code: 'badInput' })
    await expect(
      it.request('room.close', { roomId: 'r', reason: 'x'.repeat(2 ** 21) }),
    ).rejects.toMatchObject({
      code: 'badInput',
    })
    await expect(it.request('__proto__' as 'inventory', {})).rejects.toMatchObject({ code: 'badInput' })
  })

  it('hides what it did not foresee', async () => {
    await open({ handlers: handlers({ inventory: () => Promise.reject(new Error('the secret is 42')) }) })
    const { client: it, up } = client()
    await up()
    await expect(it.request('inventory', {})).rejects.toMatchObject({
      code: 'internal',
      message: expect.not.stringContaining('42'),
    })
  })

  it('rejects what waits when the channel drops, and comes back by itself', async () => {
    await open({ handlers: handlers({ inventory: () => new Promise(() => undefined) }) })
    const { client: it, up, ups } = client()
    await up()
    const waiting = it.request('inventory', {})
    await doors.pop()?.stop()
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' })
    await expect(it.request('inventory', {})).rejects.toMatchObject({ code: 'unavailable' })
    await open()
    await until(() => ups() === 2)
    await expect(it.request('inventory', {})).resolves.toMatchObject({ bootId: 'b' })
  })

  it('gives up on an answer after its deadline', async () => {
    await open({ handlers: handlers({ inventory: () => new Promise(() => undefined) }) })
    const { client: it, up } = client()
    await up()
    await expect(it.request('inventory', {}, { timeoutMs: 30 })).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(it.state()).toBe('up')
  })

  it('goes down when the other side stops answering', async () => {
    await open()
    await doors.pop()?.stop()
    const mute = createServer((socket) => {
      socket.write(`${JSON.stringify({ t: 'welcome', protocol: 1, nodeId: 'n', bootId: 'b', workers: 1 })}\n`)
      socket.on('error', () => undefined).resume()
    })
    await new Promise<void>((resolve) => mute.listen(socketPath, resolve))
    let down = false
    const { up } = client({ down: () => (down = true) })
    await up()
    await until(() => down, 8000)
    for (const one of clients) one.close()
    await new Promise((resolve) => mute.close(resolve))
  }, 12_000)

  it('goes on after a notice that is not in the contract: that one alone is left out', async () => {
    const door = await open()
    const { client: it, up, ups, notices } = client()
    await up()
    const speaking: Notice = { type: 'speaking', roomId: 'r', seats: [] }
    const packets = ['A'.repeat(MAX_SOUND_BYTES * 2)]
    const place = { roomId: 'r', seatId: 'v', role: 'visitor', at: 0, ms: 20 } as const
    door.notice('i', { type: 'speech', ...place, packets, readers: [] })
    door.notice('i', { type: 'dance' } as unknown as Notice)
    door.notice('i', speaking)
    await until(() => notices.length === 1)
    expect(notices).toEqual([speaking])
    await expect(it.request('inventory', {})).resolves.toMatchObject({ bootId: 'b' })
    expect(ups()).toBe(1)
  })

  it('ends at a fact that is not in the contract, and comes back for it', async () => {
    const door = await open()
    const { up, ups } = client()
    await up()
    door.fact('i', { type: 'dance' } as unknown as Fact)
    await until(() => ups() > 1)
  })

  it('sends facts to every server of the installation until they are committed', async () => {
    const committed: Fact[] = []
    const door = await open({ onCommitted: (fact) => committed.push(fact) })
    door.fact('i', pausedFact)
    door.fact('other', pausedFact)
    const [one, two, other] = [client(), client(), client({ installationId: 'other' })]
    await until(() => one.facts.length === 1 && two.facts.length === 1 && other.facts.length === 1)
    door.fact('i', pausedFact)
    await until(() => one.facts.length === 2 && two.facts.length === 2)
    expect([one.facts, other.facts]).toEqual([[1, 3], [2]])
    two.client.ack(3)
    await until(() => committed.length === 2)
    const late = client()
    await late.up()
    await late.client.request('inventory', {})
    expect(late.facts).toEqual([])
  })

  it('says so when facts were lost', async () => {
    const door = await open({ factLimit: 4 })
    for (let i = 0; i < 6; i++) door.fact('i', pausedFact)
    const { gaps, up } = client()
    await up()
    await until(() => gaps() === 1)
  })

  it('tells the time of the server and who is there', async () => {
    const times: number[] = []
    const present: string[][] = []
    await open({ onClock: (_, ms) => times.push(ms), onPresence: (set) => present.push([...set]) })
    const { client: it, up } = client()
    await up()
    await until(() => times.length > 0)
    expect(times[0]).toBe(1_000_000)
    it.close()
    await until(() => present.length === 2)
    expect(present).toEqual([['i'], []])
  })

  it('answers busy when too much is under way in one room, and goes on with others', async () => {
    let release = () => undefined as void
    const gate = new Promise<void>((resolve) => (release = resolve))
    await open({
      handlers: handlers({
        'room.apply': async (_, { roomId, rev }) => {
          if (roomId === 'full') await gate
          return { applied: rev }
        },
      }),
    })
    const { client: it, up } = client()
    await up()
    const many = Array.from({ length: 65 }, () => it.request('room.apply', { roomId: 'full', rev: 1, spec }))
    await expect(many[64]).rejects.toMatchObject({ code: 'busy' })
    await expect(it.request('room.apply', { roomId: 'free', rev: 1, spec })).resolves.toEqual({ applied: 1 })
    release()
    await Promise.all(many.slice(0, 64))
  })

  const hello = JSON.stringify({ t: 'hello', protocol: 1, token: 'secret-token-secret', installationId: 'i' })
  it.each([
    ['not JSON', 'xyzzy\n'],
    ['a frame of another kind', '{"t":"dance"}\n'],
    ['a wrong token', '{"t":"hello","protocol":1,"token":"wrong","installationId":"i"}\n'],
    ['a request before hello', '{"t":"req","id":1,"name":"inventory","input":{}}\n'],
    ['a second hello', `${hello}\n${hello}\n`],
    [
      'a frame over 1 MiB',
      `${hello}\n{"t":"req","id":1,"name":"inventory","input":"${'x'.repeat(1_100_000)}"}\n`,
    ],
    ['binary', '\u0000\u0001\uffff\n'],
  ])('ends a connection that sends %s, and no other', async (_, bytes) => {
    await open()
    const { client: good, up } = client()
    await up()
    const { socket, closed } = await raw()
    socket.write(bytes)
    await closed
    await expect(good.request('inventory', {})).resolves.toMatchObject({ bootId: 'b' })
  })

  it('answers input that nests a hundred thousand deep', async () => {
    await open()
    const { socket, text } = await raw()
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    socket.write(`${hello}\n{"t":"req","id":7,"name":"inventory","input":${deep}}\n`)
    await until(() => text().includes('"id":7'))
    expect(text()).toContain('badInput')
    socket.destroy()
  })

  it('replaces a socket file nobody listens on, refuses one in use, and lets no one else in', async () => {
    await open()
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600)
    expect((await stat(dirname(socketPath))).mode & 0o777).toBe(0o700)
    await expect(open()).rejects.toThrow(/another media node/)
    await doors.pop()?.stop()
    await writeFile(socketPath, '')
    await open()
  })
})
