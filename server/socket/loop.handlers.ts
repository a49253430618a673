import { AppError } from '../contract/errors.ts'
import type { loopRequests } from '../contract/loop.ts'
import { may } from '../permission/permission.ts'
import type { DeskContext } from './context.ts'
import type { Handlers } from './serve.ts'

const nothing = {}

/** Who takes calls tests the way to them. */
export const loopHandlers: Handlers<typeof loopRequests, DeskContext> = {
  'loop.open': ({ d, me, tab }) => {
    if (!may(me.role, 'serve')) throw new AppError('notAllowed', 'Your role takes no calls')
    return d.loops.open(me.personId, tab)
  },
  'loop.produce': async ({ d, tab }, input) => {
    await d.loops.produce(tab, input)
    return nothing
  },
  'loop.receive': async ({ d, tab }, input) => {
    await d.loops.receive(tab, input)
    return nothing
  },
  'loop.connect': async ({ d, tab }, input) => {
    await d.loops.connect(tab, input)
    return nothing
  },
  'loop.end': async ({ d, tab }, { loopId }) => {
    d.loops.end(tab, loopId)
    return nothing
  },
}
