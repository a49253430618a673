import { expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import type { Thread } from '../../../model/thread.ts'
import type { Wire } from '../../../wire/wire.ts'
import { createOutlooks } from './outlook.ts'

it('holds a wait that begins anew, as after a transfer, against nothing that was said in the one before', () => {
  let now = 0
  let say: (place: object) => void = () => undefined
  const wire = {
    serverNow: () => now,
    onOnline: () => undefined,
    on: (name: string, handler: (place: object) => void) => {
      if (name === 'waiting') say = handler
    },
  } as unknown as Wire<'visitor'>
  const at = (name: string) => ({ conversationId: 'c', state: { queueId: null, phase: { name } } })
  const $view = atom(at('queued'))
  const { $place } = createOutlooks(wire, { $view } as unknown as Thread)
  const told = () => say({ position: 1, waitMs: { from: 0, to: 40_000 } })
  told()
  $view.set(at('active'))
  now = 600_000
  $view.set(at('queued'))
  told()
  expect($place.get()).toMatchObject({ since: now, worse: false })
})
