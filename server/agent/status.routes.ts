import { type Request, Router } from 'express'
import { StatusLogQuery } from '../contract/desk.ts'
import { ShiftsQuery } from '../contract/shifts.ts'
import { Id } from '../contract/words.ts'
import { staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { personsDay } from './day.service.ts'
import { teamShifts } from './shifts.service.ts'
import { statusLog } from './status.service.ts'

/** Who was set how and when: the changes, a whole day with what they did in it, and everybody's shifts. */
export function statusRoutes(deps: HttpDeps): Router {
  return Router()
    .get('/api/desk/people/:id/statuses', async (req, res) => {
      const caller = await staffCaller(deps, req)
      res.json({ changes: await statusLog(deps, caller, askedIn(req)) })
    })
    .get('/api/desk/people/:id/day', async (req, res) => {
      const caller = await staffCaller(deps, req)
      res.json(await personsDay(deps, caller, askedIn(req)))
    })
    .get('/api/desk/shifts', async (req, res) => {
      const caller = await staffCaller(deps, req)
      const { from, to, team = null } = parseInput(ShiftsQuery, req.query)
      res.json(await teamShifts(deps, caller, { from: Number(from), to: Number(to), team }))
    })
}

function askedIn(req: Request): { personId: string; from: number; to: number } {
  const { from, to } = parseInput(StatusLogQuery, req.query)
  return { personId: parseInput(Id, req.params['id']), from: Number(from), to: Number(to) }
}
