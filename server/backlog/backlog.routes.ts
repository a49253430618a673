import { type Request, Router } from 'express'
import { RetryInput } from '../contract/backlog.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { readBacklog, retry } from './backlog.service.ts'

/** What waits to be stored, for whoever looks after the installation. */
export function backlogRoutes(deps: HttpDeps): Router {
  const keeper = async (req: Request) => requirePermission(await staffCaller(deps, req), 'tendStorage')
  return Router()
    .get('/api/desk/backlog', async (req, res) => {
      await keeper(req)
      res.json(await readBacklog(deps.db, { s3: Boolean(deps.config.s3) }))
    })
    .post('/api/desk/backlog/retry', async (req, res) => {
      await keeper(req)
      await retry(deps, parseInput(RetryInput, req.body).kind)
      res.status(202).json({})
    })
}
