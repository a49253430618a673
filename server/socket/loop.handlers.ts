import type { Tab } from '../caller/caller.ts'
import type { loopRequests } from '../contract/loop.ts'
import type { Tester } from '../loop/loop.service.ts'
import type { SocketDeps } from './context.ts'
import type { Handlers } from './serve.ts'

const nothing = {}

/** `tester`: who asks; throws for whom a test is not for. */
export const loopHandlers = <C extends { d: SocketDeps; tab: Tab }>(
  tester: (context: C) => Tester,
): Handlers<typeof loopRequests, C> => ({
  'loop.open': (context) => context.d.loops.open(tester(context), context.tab),
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
})
