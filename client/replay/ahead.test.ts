import { expect, it } from '@jest/globals'
import { atom } from 'nanostores'
import type { SignedIn } from '../desk/session/desk-session.ts'
import { askAhead, takeAhead } from './ahead.ts'

const person = (id: string): SignedIn => ({
  phase: 'in',
  person: { id, name: id, role: 'reviewer', locale: 'en' },
  demo: false,
})

function answering(answer: () => Promise<Response>) {
  const asked: string[] = []
  const $who = atom<SignedIn>({ phase: 'checking' })
  const fetch = (path: string) => {
    asked.push(path)
    return answer()
  }
  return { asked, fetch, $who }
}
const something = () => Promise.resolve(Response.json({ view: 'one' }))

it('is asked for before it is wanted, and had once', async () => {
  const session = answering(something)
  askAhead(session, 'a')
  expect(session.asked).toEqual(['/api/replay/a'])
  session.$who.set(person('Kian'))
  await expect(takeAhead('a')?.then((answer) => answer.json())).resolves.toEqual({ view: 'one' })
  expect(takeAhead('a')).toBeNull()
})

it('is given neither where another replay is wanted nor to somebody else, and what failed to nobody', async () => {
  askAhead(answering(something), 'a')
  expect(takeAhead('b')).toBeNull()
  expect(takeAhead('a')).toBeNull()
  const session = answering(something)
  askAhead(session, 'a')
  session.$who.set(person('Kian'))
  session.$who.set(person('Sara'))
  expect(takeAhead('a')).toBeNull()
  const nobody = () => Promise.reject(new Error('nobody is there'))
  askAhead(answering(nobody), 'a')
  await new Promise(setImmediate)
  expect(takeAhead('a')).toBeNull()
})
