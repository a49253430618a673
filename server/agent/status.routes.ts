import { Router } from 'express'
import { StatusLogQuery } from '../contract/desk.ts'
import { Id } from '../contract/words.ts'
import { staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { statusLog } from './status.service.ts'

/** Who was set how and when: the material of shifts and of a day's timeline. */
export function statusRoutes(deps: HttpDeps): Router {
  return Router().get('/api/desk/people/:id/statuses', async (req, res) => {
    const caller = await staffCaller(deps, req)
    const { from, to } = parseInput(StatusLogQuery, req.query)
    const personId = parseInput(Id, req.params['id'])
    const span = { from: Number(from), to: Number(to) }
    res.json({ changes: await statusLog(deps, caller, { personId, ...span }) })
  })
}
