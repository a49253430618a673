import { expect, it, jest } from '@jest/globals'
import { RequestError } from '../../wire/request-error.ts'
import type { Identity } from '../messages.ts'
import { createNaming } from './naming.ts'

const ada: Identity = { id: 'ada', signature: 'x' } as Identity
const bob: Identity = { id: 'bob', signature: 'y' } as Identity

/** Answers what was said, and fails by turns as it is told. */
function server(...failures: (RequestError | null)[]) {
  const said: Identity[] = []
  let heard = (): void => undefined
  const naming = createNaming(async (identity) => {
    said.push(identity)
    heard()
    const failure = failures.shift()
    if (failure) throw failure
  })
  const times = (count: number) =>
    new Promise<void>((resolve) => {
      heard = () => said.length >= count && resolve()
      heard()
    })
  return { said, naming, times }
}

it('is said again once the server has time for it, whatever went wrong', async () => {
  const { said, naming, times } = server(new RequestError({ code: 'tooMany', retryAfterMs: 5 }))
  await naming.name(ada)
  await times(2)
  naming.again()
  expect(said).toEqual([ada, ada])
})

it('is said again over the next connection where the server does not say when', async () => {
  const { said, naming } = server(new RequestError({ code: 'internal' }))
  await naming.name(ada)
  naming.again()
  naming.again()
  expect(said).toEqual([ada, ada])
})

it('is not said again where the server will not have it, and the page is told', async () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined)
  for (const code of ['notAllowed', 'badInput'] as const) {
    const { said, naming } = server(new RequestError({ code, retryAfterMs: 5 }))
    await naming.name(ada)
    naming.again()
    expect(said).toEqual([ada])
    expect(warn).toHaveBeenLastCalledWith('Parley: identify was refused.', code)
  }
  warn.mockRestore()
})

it('is not said again for who has left, or where another has come', async () => {
  const busy = () => new RequestError({ code: 'unavailable' })
  const left = server(busy())
  await left.naming.name(ada)
  left.naming.forget()
  left.naming.again()
  expect(left.said).toEqual([ada])
  const changed = server(busy(), busy())
  await Promise.all([changed.naming.name(ada), changed.naming.name(bob)])
  changed.naming.again()
  expect(changed.said).toEqual([ada, bob, bob])
})
