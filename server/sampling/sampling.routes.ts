import { Router } from 'express'
import type { SamplingRuns } from '../contract/sampling.ts'
import { Id } from '../contract/words.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { samplingRuns } from './sampling.service.ts'

/** What the rules of sampling have done. The rules themselves are changed as configuration. */
export function samplingRoutes(deps: HttpDeps): Router {
  return Router().get('/api/desk/sampling/:id/runs', async (req, res) => {
    const caller = await staffCaller(deps, req)
    requirePermission(caller, 'configureReviews')
    const runs = await samplingRuns(deps, caller, parseInput(Id, req.params['id']))
    res.json({ runs } satisfies SamplingRuns)
  })
}
