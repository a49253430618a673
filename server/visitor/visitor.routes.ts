import { Router } from 'express'
import { IdentifyInput, VisitorSessionInput } from '../contract/http.ts'
import { visitorCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { addressOf } from '../http/address.ts'
import { codeFor, identify, visitorSession } from './visitor.service.ts'

export function visitorRoutes(deps: HttpDeps): Router {
  const { db, limits } = deps
  return Router()
    .post('/api/visitor/session', async (req, res) => {
      const input = parseInput(VisitorSessionInput, req.body)
      const userAgent = req.headers['user-agent']
      const session = await visitorSession(db, deps, { ...input, userAgent }, (site) =>
        limits.take('newVisitor', `${addressOf(req)} ${site.id}`),
      )
      res.json(session)
    })
    .post('/api/visitor/code', async (req, res) => {
      const caller = await visitorCaller(deps, req)
      await limits.take('code', caller.visitorId)
      res.status(201).json(await codeFor(db, deps, caller))
    })
    .post('/api/visitor/identify', async (req, res) => {
      const caller = await visitorCaller(deps, req)
      await limits.take('identify', caller.sessionId)
      res.json(await identify(db, deps, caller, parseInput(IdentifyInput, req.body)))
    })
}
