import { describe, expect, it } from '@jest/globals'
import { type KillsFound, NoDisk, runKills } from '../testing/kills.ts'

const KILLS = Number(process.env.KILLS ?? 40)
const CUTS = Number(process.env.CUTS ?? 2)

/** A machine that is busy with others starves some: those say nothing. */
function lateOf({ kills }: KillsFound) {
  const valid = kills.filter(({ starved }) => !starved)
  if (valid.length < kills.length)
    console.info(`${kills.length - valid.length} of ${kills.length} kills starved: invalid`)
  return valid.filter(({ lostMs }) => lostMs > 1_000)
}

describe('a recording whose node or worker is killed', () => {
  it(
    `at ${KILLS} random moments loses less than a second, plays, and is finalised soon; none is left behind`,
    async () => {
      const seed = Math.floor(Math.random() * 2 ** 31)
      const found = await runKills({ kills: KILLS, lanes: 2, seed })
      expect(found.kills).toHaveLength(KILLS)
      const { broken, orphaned } = found
      expect({ seed, late: lateOf(found), broken, orphaned }).toEqual({
        seed,
        late: [],
        broken: [],
        orphaned: [],
      })
      expect(Math.max(...found.finalisedMs)).toBeLessThan(90_000)
    },
    240_000 + KILLS * 4_000,
  )

  it(
    `or whose machine loses its power, ${CUTS} times, loses no more than that on disk`,
    async () => {
      const seed = Math.floor(Math.random() * 2 ** 31)
      const found = await runKills({ kills: CUTS, lanes: 1, seed, power: true }).catch((error: unknown) => {
        if (!(error instanceof NoDisk)) throw error
        console.warn('no disk can be mounted here: what a power cut leaves is not tested')
        return null
      })
      if (found === null) return
      const { kills, broken, orphaned } = found
      console.info(`lost by power cuts: ${kills.map(({ lostMs }) => Math.round(lostMs)).join(', ')} ms`)
      expect({ seed, late: lateOf(found), broken, orphaned }).toEqual({
        seed,
        late: [],
        broken: [],
        orphaned: [],
      })
    },
    120_000 + CUTS * 10_000,
  )
})
