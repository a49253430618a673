import { type Request, Router } from 'express'
import { PublishInput, type ScorecardVersions } from '../contract/scorecard.ts'
import { Id } from '../contract/words.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { offeredScorecards, publishedVersions, publishScorecard } from './scorecard.service.ts'

/** Published scorecards. Their drafts are changed as configuration. */
export function scorecardRoutes(deps: HttpDeps): Router {
  const idOf = (req: Request) => parseInput(Id, req.params['id'])
  return Router()
    .get('/api/desk/scorecards', async (req, res) => {
      const caller = await staffCaller(deps, req)
      res.json({ versions: await offeredScorecards(deps, caller) } satisfies ScorecardVersions)
    })
    .get('/api/desk/scorecards/:id/versions', async (req, res) => {
      const caller = await staffCaller(deps, req)
      requirePermission(caller, 'configureReviews')
      res.json({ versions: await publishedVersions(deps, caller, idOf(req)) } satisfies ScorecardVersions)
    })
    .post('/api/desk/scorecards/:id/publish', async (req, res) => {
      const caller = await staffCaller(deps, req)
      requirePermission(caller, 'configureReviews')
      const { version } = parseInput(PublishInput, req.body)
      res.status(201).json(await publishScorecard(deps, caller, { scorecardId: idOf(req), version }))
    })
}
