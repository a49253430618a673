import { describe, expect, it } from '@jest/globals'
import type { ReplayData } from '../../server/contract/http.ts'
import { RequestError } from '../wire/request-error.ts'
import { afterFailure, type Loaded } from './use-replay.ts'

const data = { snapshot: { conversationId: 'one' } } as ReplayData
const watched: Loaded = { data, trouble: null, locked: false }

describe('a replay that is asked for again', () => {
  it.each([
    new RequestError({ code: 'unavailable' }),
    new RequestError({ code: 'internal' }),
    new TypeError(),
  ])('stays while no answer comes: %s', (error) => {
    expect(afterFailure(watched, 'one', error)).toBe(watched)
    expect(afterFailure(watched, 'another', error)).toEqual({
      ...{ data: null, trouble: 'replay.failed', locked: false },
    })
  })

  it('goes when it is gone, or must be granted again', () => {
    const gone = new RequestError({ code: 'notFound' })
    expect(afterFailure(watched, 'one', gone)).toEqual({
      ...{ data: null, trouble: 'replay.notFound', locked: false },
    })
    const over = new RequestError({ code: 'notAllowed', detail: { reason: 'approval' } })
    expect(afterFailure(watched, 'one', over)).toEqual({ data: null, trouble: null, locked: true })
  })
})
