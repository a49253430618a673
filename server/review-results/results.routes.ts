import { Router } from 'express'
import { ResultsQuery } from '../contract/review-results.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { leaderBoard, reviewResults } from './results.service.ts'

/** What reviews come to. */
export function resultRoutes(deps: HttpDeps): Router {
  return Router()
    .get('/api/desk/review-results', async (req, res) => {
      const caller = await staffCaller(deps, req)
      requirePermission(caller, 'score')
      res.json(await reviewResults(deps, caller, parseInput(ResultsQuery, req.query)))
    })
    .get('/api/desk/review-results/board', async (req, res) => {
      res.json(await leaderBoard(deps, await staffCaller(deps, req)))
    })
}
