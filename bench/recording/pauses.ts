/** Recordings that are paused at random, and what of the pauses is in any file. */
import { startHarness } from '../../sfu/testing/node-harness.ts'
import { PausedRoom, type PausesFound } from '../../sfu/testing/pauses.ts'
import { count } from '../lib/bench.ts'
import { atLeast, atMost } from '../lib/report.ts'
import type { Found, Part } from './part.ts'

/** Calls of two voices, a camera and a screen each, at a time. */
const ROOMS = 4
/** Each pause costs its margins, and pictures wait for a keyframe after it: so much must be there, or the meter sees nothing. */
const LEAST_KEPT = 15

export const pauses: Part = async (options, _folder, say) => {
  const wanted = count(options, 'pauses', 40)
  const seed = Math.floor(Math.random() * 2 ** 31)
  say(`${wanted} pauses in ${ROOMS} calls, seed ${seed}`)
  const node = await startHarness()
  try {
    const rooms = Array.from({ length: ROOMS }, (_, n) => new PausedRoom(node, `pauses-${n}`, seed + n))
    const found = await Promise.all(
      rooms.map(async (room, n) => {
        await room.begin()
        await room.randomly(Math.floor((wanted + n) / ROOMS))
        return await room.end()
      }),
    )
    return describePauses(found)
  } finally {
    await node.stop()
  }
}

function describePauses(found: PausesFound[]): Found {
  const sum = (of: (one: PausesFound) => number) => found.reduce((total, one) => total + of(one), 0)
  const kept = found.map((one) => one.kept * 100)
  return {
    tables: [
      {
        title: 'pauses',
        columns: ['', 'found'],
        rows: [
          ['pauses', `${sum((one) => one.pauses)}`],
          ['packets and frames captured in them', `${sum((one) => one.secret)}`],
          ['kept of those outside', `${Math.min(...kept).toFixed(0)}–${Math.max(...kept).toFixed(0)} %`],
        ],
      },
    ],
    goals: [
      atMost(
        'captured in a pause and in a file',
        sum((one) => one.leaked.length),
        0,
        '',
        0,
      ),
      atLeast('kept of what was captured outside', Math.min(...kept), LEAST_KEPT, ' %', 0),
    ],
    notes: [],
    data: found,
  }
}
