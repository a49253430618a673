import { expect, it } from '@jest/globals'
import { RequestError } from '../../wire/request-error.ts'
import { createJudge } from './api.ts'

/** A server whose review has had that last step, and takes none any more. */
const judgeAfter = (step: string, words: string) =>
  createJudge({
    async fetch(_path, { method = 'GET' } = {}) {
      if (method === 'POST') throw new RequestError({ code: 'conflict' })
      return Response.json({
        id: 'r',
        steps: [
          { step: 'submitted', words: '' },
          { step, words },
        ],
      })
    },
  })

it('shows as made a step whose answer was lost', async () => {
  expect(await judgeAfter('acknowledged', '').acknowledge('r')).toMatchObject({ id: 'r' })
  expect(await judgeAfter('disputed', 'She had said so').dispute('r', 'She had said so ')).toMatchObject({
    id: 'r',
  })
  const decision = { outcome: 'upheld', words: 'As heard' } as const
  expect(await judgeAfter('upheld', 'As heard').decide('r', decision)).toMatchObject({ id: 'r' })
})

it('knows its words again where a card number in them was masked', async () => {
  const words = 'She read out 4111 1111 1111 1111'
  const stored = 'She read out •••• •••• •••• 1111'
  expect(await judgeAfter('disputed', stored).dispute('r', words)).toMatchObject({ id: 'r' })
  const other = judgeAfter('disputed', stored).dispute('r', 'She read out 4111 1111 1111 1112')
  await expect(other).rejects.toEqual(expect.objectContaining({ code: 'conflict' }))
})

it('tells of a conflict with a step that somebody else made, or with other words', async () => {
  const conflict = expect.objectContaining({ code: 'conflict' })
  await expect(judgeAfter('disputed', 'No').acknowledge('r')).rejects.toEqual(conflict)
  await expect(judgeAfter('disputed', 'No').dispute('r', 'It was so')).rejects.toEqual(conflict)
  const decision = { outcome: 'upheld', words: 'As heard' } as const
  await expect(judgeAfter('annulled', 'As heard').decide('r', decision)).rejects.toEqual(conflict)
})
