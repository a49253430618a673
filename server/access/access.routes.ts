import { type Request, Router } from 'express'
import { AskReplayInput, ClassifyInput, DecideReplayInput } from '../contract/access.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { idOf, parseInput } from '../http/input.ts'
import { askReplay, classify, decideReplay, listRequests, readAccess } from './request.service.ts'

/** Asking to hear a conversation, deciding about it, and how sensitive it is. */
export function accessRoutes(deps: HttpDeps): Router {
  const { db } = deps
  const reviewer = async (req: Request) => {
    const caller = await staffCaller(deps, req)
    requirePermission(caller, 'replay')
    return caller
  }
  return Router()
    .get('/api/replay/:id/access', async (req, res) => {
      res.json(await readAccess(db, await reviewer(req), idOf(req)))
    })
    .post('/api/replay/:id/access', async (req, res) => {
      const caller = await reviewer(req)
      res.status(201).json(await askReplay(deps, caller, idOf(req), parseInput(AskReplayInput, req.body)))
    })
    .put('/api/replay/:id/sensitivity', async (req, res) => {
      const caller = await reviewer(req)
      requirePermission(caller, 'classify')
      await classify(deps, caller, idOf(req), parseInput(ClassifyInput, req.body))
      res.json({})
    })
    .get('/api/desk/replay-requests', async (req, res) => {
      res.json(await listRequests(db, await reviewer(req)))
    })
    .post('/api/desk/replay-requests/:id/decision', async (req, res) => {
      const caller = await reviewer(req)
      requirePermission(caller, 'grantReplay')
      await decideReplay(deps, caller, idOf(req), parseInput(DecideReplayInput, req.body))
      res.json({})
    })
}
