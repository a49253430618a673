import { expect, it } from '@jest/globals'
import type { SpokenMessage } from '../../../server/contract/http.ts'
import { createSpoken } from './spoken.ts'

const there: SpokenMessage = { processing: false, audio: { url: '/sound' }, video: null }

it('a spoken message that could not be had, or played, can be asked for again', async () => {
  const answers = [Promise.reject(new Error('away')), Promise.resolve(there), Promise.resolve(there)]
  const { $message, look, fail, stop } = createSpoken(
    () => answers.shift() ?? Promise.reject(new Error('asked once too often')),
  )
  const seen: unknown[] = []
  $message.subscribe((message) => seen.push(message))
  await look()
  expect($message.get()).toBe('failed')
  await look()
  fail()
  await look()
  expect(seen).toEqual([null, 'failed', null, there, 'failed', null, there])
  stop()
})

it('what is answered after one has looked elsewhere is not shown', async () => {
  const answer = Promise.withResolvers<SpokenMessage>()
  const { $message, look, stop } = createSpoken(() => answer.promise)
  const looking = look()
  stop()
  answer.resolve(there)
  await looking
  expect($message.get()).toBeNull()
})
