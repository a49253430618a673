import { describe, expect, it } from '@jest/globals'
import type { Device } from 'mediasoup-client/types'
import { RequestError } from '../wire/request-error.ts'
import type { SharedConsumer } from './consumer.ts'
import type { Greeting } from './greeting.ts'
import { createLink } from './link.ts'
import type { Persist } from './persist.ts'

/** No connection, only what a link asks of the library when a track comes. */
function standIn(): Device {
  const transport = () => ({
    connectionState: 'new',
    on: () => undefined,
    consume: ({ id }: { id: string }) =>
      Promise.resolve({ id, track: { id } as MediaStreamTrack, close: () => undefined }),
  })
  return { createSendTransport: transport, createRecvTransport: transport } as unknown as Device
}

const half = { iceParameters: {}, iceCandidates: [], dtlsParameters: {}, id: 't' }
const greeting = { callId: 'k', epoch: 1, send: half, recv: half } as unknown as Greeting
const track = { id: 'c', producerId: 'p', kind: 'audio', rtpParameters: {}, seat: 'agent', source: 'mic' }

/** A link that has a track, and the answer to its `media.ready`. */
async function ready() {
  const told: string[] = []
  const answer = Promise.withResolvers<never>()
  const link = createLink({
    device: standIn(),
    greeting,
    persist: (() => answer.promise) as unknown as Persist,
    onRefused: () => told.push('refused'),
    onGone: (id) => told.push(`gone ${id}`),
  })
  await link.receive(track as unknown as SharedConsumer)
  const refuse = async (code: 'notFound' | 'conflict' | 'badInput') => {
    answer.reject(new RequestError({ code }))
    await answer.promise.catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve))
  }
  return { link, told, refuse }
}

it('a track that is told twice before it is there is one', async () => {
  const { link } = await ready()
  const other = { ...track, id: 'd' } as unknown as SharedConsumer
  const [first, second] = await Promise.all([link.receive(other), link.receive(other)])
  expect(second).toBe(first)
  expect(await link.receive(other)).toBe(first)
})

describe('a track that is said to be ready', () => {
  it.each(['notFound', 'conflict', 'badInput'] as const)(
    'and was closed here meanwhile harms nothing, whatever is answered (%s)',
    async (code) => {
      const { link, told, refuse } = await ready()
      link.drop('c')
      await refuse(code)
      expect(told).toEqual([])
    },
  )

  it('and that the media node has closed is forgotten; the connections are kept', async () => {
    const { told, refuse } = await ready()
    await refuse('notFound')
    expect(told).toEqual(['gone c'])
  })

  it('and is refused for another reason calls the connections into question', async () => {
    const { told, refuse } = await ready()
    await refuse('badInput')
    expect(told).toEqual(['refused'])
  })
})
