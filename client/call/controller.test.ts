import { afterEach, beforeAll, expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import {
  type CallState,
  type ConversationState,
  emptyState,
  type Source,
} from '../../server/conversation/conversation.ts'
import { twoSeats } from '../../server/conversation/testing.ts'
import { preloadMedia } from '../media/device-cache.ts'
import type { CallWire } from '../media/wire.ts'
import type { ThreadView } from '../model/thread.ts'
import { RequestError } from '../wire/request-error.ts'
import type { Wire } from '../wire/wire.ts'
import type { Call } from './call-types.ts'
import { createCall } from './controller.ts'
import { Booth } from './testing/booth.ts'

const asked: CallState = {
  ...{ id: 'k', media: 'voice', by: 'visitor', askedAt: 0, consent: { record: [] }, seats: twoSeats },
  phase: 'asking',
}
const phase = { name: 'active', agentId: 'sara', agentName: 'Sara' } as const

/** A line on which an answer to the call is refused when the test says so. */
class Line {
  refuse: () => void = () => undefined
  readonly wire = {
    request: (name: string) =>
      new Promise((_resolve, reject) => {
        if (name === 'call.answer') this.refuse = () => reject(new RequestError({ code: 'conflict' }))
      }),
    on: () => () => undefined,
    $status: atom('online'),
    onOnline: () => () => undefined,
    beforeLeave: () => () => undefined,
    setLively: () => undefined,
  } as unknown as CallWire
}

let call: Call
const $view = atom({} as ThreadView)
const log = (now: CallState | null) => {
  const state: ConversationState = { ...emptyState, phase, call: now }
  $view.set({ ...$view.get(), state })
}

beforeAll(() => preloadMedia())
afterEach(() => call.close())

function rings(): Line {
  const line = new Line()
  log(asked)
  call = createCall({
    ...{ wire: line.wire, thread: { $view, adopt: () => undefined }, side: 'agent', consent: 'optional' },
    ...{ desk: { me: 'sara', wire: line.wire as unknown as Wire<'desk'> }, devices: new Booth().devices },
  })
  return line
}
const answered = () => new Promise(setImmediate)

/** A visitor whose browser asks about the camera until `allow` is called. */
function visits(): { booth: Booth; line: Line; allow: () => Promise<void> } {
  const booth = new Booth()
  let allow: () => void = () => undefined
  let closed = 0
  const devices = {
    ...booth.devices,
    async open(source: Source) {
      const before = closed
      if (source === 'cam') await new Promise<void>((done) => (allow = done))
      return before === closed ? booth.devices.open(source) : null
    },
    close(source: Source) {
      closed++
      booth.devices.close(source)
    },
  }
  const line = new Line()
  log(null)
  call = createCall({
    ...{ wire: line.wire, thread: { $view, adopt: () => undefined }, side: 'visitor', devices },
    consent: 'optional',
  })
  return {
    ...{ booth, line },
    async allow() {
      allow()
      await answered()
    },
  }
}
const lights = ({ states }: Booth) => [states.mic.get().name, states.cam.get().name]

it('an answer that is refused is told of while the call still rings', async () => {
  const line = rings()
  call.accept()
  line.refuse()
  await answered()
  expect(call.$step.get()).toMatchObject({ name: 'failed', purpose: { callId: 'k' }, code: 'conflict' })
})

it('and leaves nothing behind where the call was over by then: in the next one it would stand in place of the answers', async () => {
  const line = rings()
  call.accept()
  log(null)
  line.refuse()
  await answered()
  expect(call.$step.get()).toBeNull()
  log({ ...asked, id: 'next' })
  expect(call.$step.get()).toBeNull()
})

it('asked for by voice while the browser still asks about the camera, the camera does not stay on', async () => {
  const { booth, allow } = visits()
  call.ask('video')
  call.agree(true)
  await answered()
  call.ask('voice')
  expect(call.$step.get()).toMatchObject({ name: 'consent', purpose: { media: 'voice' } })
  await allow()
  expect(call.$step.get()).toMatchObject({ name: 'consent', purpose: { media: 'voice' } })
  expect(lights(booth)).toEqual(['off', 'off'])
})

it('hung up before the server has answered the question, neither microphone nor camera stays on', async () => {
  const { booth, allow } = visits()
  call.ask('video')
  call.agree(true)
  await answered()
  await allow()
  expect(lights(booth)).toEqual(['on', 'on'])
  log({ ...asked, by: 'visitor', media: 'video' })
  call.hangUp()
  expect(lights(booth)).toEqual(['off', 'off'])
})

it('who gives up what the browser still asks for has no camera on when it is allowed after all', async () => {
  const { booth, allow } = visits()
  call.ask('video')
  call.agree(true)
  await answered()
  call.dismiss()
  expect(call.$step.get()).toBeNull()
  await allow()
  expect(lights(booth)).toEqual(['off', 'off'])
  expect(call.$step.get()).toBeNull()
})

it('who is called while they are asked for their own consent has one question: the other’s', async () => {
  visits()
  call.ask('voice')
  expect(call.$step.get()).toMatchObject({ name: 'consent' })
  log({ ...asked, by: 'agent' })
  expect(call.$step.get()).toBeNull()
  call.accept()
  expect(call.$step.get()).toMatchObject({ name: 'consent', purpose: { kind: 'accept', callId: 'k' } })
})

it('but a question that is on its way goes on: both asking at once is an agreement', async () => {
  const { booth, allow } = visits()
  call.ask('video')
  call.agree(true)
  await answered()
  log({ ...asked, by: 'agent' })
  expect(call.$step.get()).toMatchObject({ name: 'opening' })
  await allow()
  expect(lights(booth)).toEqual(['on', 'on'])
})

it('declined here while another tab took it, the call is shown as what it is: elsewhere', async () => {
  const { line } = visits()
  log({ ...asked, by: 'agent' })
  call.decline()
  expect(call.$hungUp.get()).toBe('k')
  log({ ...asked, by: 'agent', phase: 'connected', since: 1, recording: false })
  line.refuse()
  await answered()
  expect(call.$hungUp.get()).toBeNull()
  expect(call.$media.get()).toBeNull()
})

it('who declines a call while the browser still asks for their own has no camera on', async () => {
  const { booth, allow } = visits()
  call.ask('video')
  call.agree(true)
  await answered()
  log({ ...asked, by: 'agent' })
  call.decline()
  await allow()
  expect(lights(booth)).toEqual(['off', 'off'])
})
