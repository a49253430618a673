import { describe, expect, it } from '@jest/globals'
import { ORPHAN_IDLE_MS, ORPHAN_MAX_MS, Orphans } from './orphans.ts'

const talking = { roomId: 't', installationId: 'i', connected: true }
const empty = { roomId: 'e', installationId: 'i', connected: false }

describe('Orphans', () => {
  it('lets people talk on without their server, up to a limit, and ends what is empty after a minute', () => {
    const orphans = new Orphans()
    const at = (now: number) => orphans.sweep([talking, empty], now)
    expect(at(0)).toEqual([])
    expect(at(ORPHAN_IDLE_MS - 1)).toEqual([])
    expect(at(ORPHAN_IDLE_MS)).toEqual(['e'])
    expect(orphans.sweep([talking], ORPHAN_MAX_MS - 1)).toEqual([])
    expect(orphans.sweep([talking], ORPHAN_MAX_MS)).toEqual(['t'])
  })

  it('counts anew when the server was there, or people', () => {
    const orphans = new Orphans()
    orphans.sweep([empty], 0)
    orphans.setPresent(new Set(['i']))
    expect(orphans.sweep([empty], ORPHAN_IDLE_MS)).toEqual([])
    orphans.setPresent(new Set(['other']))
    expect(orphans.sweep([empty], ORPHAN_IDLE_MS + 1)).toEqual([])
    expect(orphans.sweep([{ ...empty, connected: true }], ORPHAN_IDLE_MS * 2)).toEqual([])
    expect(orphans.sweep([empty], ORPHAN_IDLE_MS * 2 + 2)).toEqual([])
    expect(orphans.sweep([empty], ORPHAN_IDLE_MS * 3 + 2)).toEqual(['e'])
  })
})
