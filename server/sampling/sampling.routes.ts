import { type Request, Router } from 'express'
import { SamplingPreviewInput, type SamplingRuns } from '../contract/sampling.ts'
import { Id } from '../contract/words.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { previewSampling } from './preview.service.ts'
import { samplingRuns } from './sampling.service.ts'

/** What the rules of sampling have done, and would do. The rules themselves are changed as configuration. */
export function samplingRoutes(deps: HttpDeps): Router {
  const planner = async (req: Request) => {
    const caller = await staffCaller(deps, req)
    requirePermission(caller, 'configureReviews')
    return caller
  }
  return Router()
    .get('/api/desk/sampling/:id/runs', async (req, res) => {
      const caller = await planner(req)
      const runs = await samplingRuns(deps, caller, parseInput(Id, req.params['id']))
      res.json({ runs } satisfies SamplingRuns)
    })
    .post('/api/desk/sampling/preview', async (req, res) => {
      const caller = await planner(req)
      await deps.limits.take('search', caller.personId)
      res.json(await previewSampling(deps, caller, parseInput(SamplingPreviewInput, req.body).draft))
    })
}
