import { describe, expect, it } from '@jest/globals'
import { createRooms, ROOMS } from './rooms.ts'

const names = Array.from({ length: ROOMS }, (_, at) => `room ${at}`)

function full() {
  const shut: string[] = []
  const busy = new Set<string>()
  const rooms = createRooms((conversationId) => ({ conversationId }), {
    busy: ({ conversationId }) => busy.has(conversationId),
    shut: ({ conversationId }) => shut.push(conversationId),
  })
  for (const name of names) rooms.of(name)
  return { rooms, shut, busy }
}

describe('rooms of the desk', () => {
  it('stay as they are while there are not too many', () => {
    const { rooms, shut } = full()
    const first = rooms.of('room 0')
    expect(rooms.of('room 0')).toBe(first)
    expect(shut).toEqual([])
  })

  it('beyond the last make the longest unused one go, not the one that was opened first', () => {
    const { rooms, shut } = full()
    rooms.of('room 0')
    rooms.of('one more')
    rooms.of('and one')
    expect(shut).toEqual(['room 1', 'room 2'])
    expect(rooms.$rooms.get()).toHaveLength(ROOMS)
    expect(rooms.known('room 0')).toBeDefined()
  })

  it('that are mine, or in which somebody talks, never go for others', () => {
    const { rooms, shut, busy } = full()
    rooms.keep(['room 0'])
    busy.add('room 1')
    rooms.of('one more')
    expect(shut).toEqual(['room 2'])
    rooms.keep([...names, 'one more'])
    rooms.of('beyond all')
    expect(rooms.$rooms.get()).toHaveLength(ROOMS + 2)
  })

  it('are counted as used by their being looked at, not by the list of mine being told anew', () => {
    const { rooms, shut } = full()
    rooms.keep(['room 0', 'room 1'])
    rooms.keep([])
    rooms.of('one more')
    expect(shut).toEqual(['room 0'])
  })
})
