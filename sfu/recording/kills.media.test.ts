import { describe, expect, it } from '@jest/globals'
import { runKills } from '../testing/kills.ts'

const KILLS = Number(process.env.KILLS ?? 40)

describe('a recording whose node or worker is killed', () => {
  it(
    `at ${KILLS} random moments loses less than a second, plays, and is finalised soon; none is left behind`,
    async () => {
      const seed = Math.floor(Math.random() * 2 ** 31)
      const { kills, finalisedMs, broken, orphaned } = await runKills({ kills: KILLS, lanes: 2, seed })
      expect(kills).toHaveLength(KILLS)
      // A machine that is busy with others starves some: those say nothing.
      const valid = kills.filter(({ starved }) => !starved)
      if (valid.length < KILLS) console.info(`${KILLS - valid.length} of ${KILLS} kills starved: invalid`)
      const late = valid.filter(({ lostMs }) => lostMs > 1_000)
      expect({ seed, late, broken, orphaned }).toEqual({ seed, late: [], broken: [], orphaned: [] })
      expect(finalisedMs).toBeLessThan(90_000)
    },
    240_000 + KILLS * 4_000,
  )
})
