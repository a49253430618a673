import { pipeline } from 'node:stream'
import { Router } from 'express'
import { type PackageAnswer, PackageInput } from '../contract/handout.ts'
import { mediaCaller, requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { idOf, parseInput } from '../http/input.ts'
import { downloadPolicy } from '../http/security-headers.ts'
import { askPackage, openPackage } from './handout.service.ts'

/** Whole conversations as files. */
export function handoutRoutes(deps: HttpDeps): Router {
  return Router()
    .post('/api/replay/:id/package', async (req, res) => {
      const caller = await staffCaller(deps, req)
      requirePermission(caller, 'downloadReplay')
      await deps.limits.take('package', caller.personId)
      const conversation = idOf(req, 'id')
      const id = await askPackage(deps.db, caller, conversation, parseInput(PackageInput, req.body))
      const answer: PackageAnswer = { url: `/api/replay/${conversation}/package/${id}` }
      res.status(201).json(answer)
    })
    .get('/api/replay/:id/package/:entry', async (req, res) => {
      const caller = await mediaCaller(deps, req)
      requirePermission(caller, 'downloadReplay')
      const conversationId = idOf(req, 'id')
      const zip = await openPackage(deps, caller, { conversationId, id: idOf(req, 'entry') })
      downloadPolicy(res)
      res.attachment(`parley-${conversationId}.zip`)
      pipeline(zip, res, (err) => {
        if (err) deps.log.warn({ err }, 'a download was broken off')
      })
    })
}
