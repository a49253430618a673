import { Router } from 'express'
import { DeskPushInput, VisitorPushInput } from '../contract/push.ts'
import { staffCaller, visitorCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { pushState, subscribe, unsubscribe } from './push.service.ts'

/** Each browser of staff and visitors for itself: whether it is told when no page is in view. */
export function pushRoutes(deps: HttpDeps): Router {
  const { limits, pushPublicKey } = deps
  return Router()
    .get('/api/desk/push', async (req, res) => {
      res.json(await pushState(deps, await staffCaller(deps, req), pushPublicKey))
    })
    .put('/api/desk/push', async (req, res) => {
      const caller = await staffCaller(deps, req)
      await limits.take('subscribe', caller.personId)
      await subscribe(deps, caller, parseInput(DeskPushInput, req.body))
      res.json({})
    })
    .delete('/api/desk/push', async (req, res) => {
      await unsubscribe(deps, await staffCaller(deps, req))
      res.json({})
    })
    .get('/api/visitor/push', async (req, res) => {
      res.json(await pushState(deps, await visitorCaller(deps, req), pushPublicKey))
    })
    .put('/api/visitor/push', async (req, res) => {
      const caller = await visitorCaller(deps, req)
      await limits.take('subscribe', caller.visitorId)
      await subscribe(deps, caller, parseInput(VisitorPushInput, req.body))
      res.json({})
    })
    .delete('/api/visitor/push', async (req, res) => {
      await unsubscribe(deps, await visitorCaller(deps, req))
      res.json({})
    })
}
