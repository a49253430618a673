import { pipeline } from 'node:stream'
import { type Request, Router } from 'express'
import { configurationBodies } from '../contract/configuration.ts'
import {
  DailyInput,
  ErasureInput,
  ExportInput,
  FindVisitors,
  HoldInput,
  PreviewInput,
  ReleaseInput,
  RunInput,
} from '../contract/keeping.ts'
import { mediaCaller, requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { idOf, parseInput } from '../http/input.ts'
import { downloadPolicy } from '../http/security-headers.ts'
import { askExport, openExport } from './export.service.ts'
import { findVisitors, talksToHold } from './find.store.ts'
import { placeHold, releaseHold } from './hold.service.ts'
import { listHolds } from './hold.store.ts'
import { readDaily, setDaily } from './daily.service.ts'
import { askErasure, askRun, previewOf } from './job.service.ts'
import { listJobs } from './job.store.ts'
import { ruleOf, rulesOf } from './rules.store.ts'

/** Legal holds, the rules of keeping, and everything of a person: given out or erased. */
export function keepingRoutes(deps: HttpDeps): Router {
  const { db } = deps
  const keeper = async (req: Request) => {
    const caller = await staffCaller(deps, req)
    requirePermission(caller, 'manageKeeping')
    return caller
  }
  return Router()
    .get('/api/desk/holds', async (req, res) => {
      await keeper(req)
      res.json({ holds: await listHolds(db) })
    })
    .post('/api/desk/holds', async (req, res) => {
      await placeHold(db, await keeper(req), parseInput(HoldInput, req.body))
      res.status(201).json({})
    })
    .post('/api/desk/holds/:id/release', async (req, res) => {
      const caller = await keeper(req)
      await releaseHold(db, caller, { id: idOf(req), ...parseInput(ReleaseInput, req.body) })
      res.json({})
    })
    .get('/api/desk/privacy/visitors', async (req, res) => {
      await keeper(req)
      res.json(await findVisitors(db, parseInput(FindVisitors, req.query).q))
    })
    .get('/api/desk/privacy/visitors/:id/conversations', async (req, res) => {
      await keeper(req)
      res.json({ conversations: await talksToHold(db, idOf(req)) })
    })
    .post('/api/desk/privacy/erasures', async (req, res) => {
      await askErasure(db, await keeper(req), parseInput(ErasureInput, req.body))
      res.status(202).json({})
    })
    .post('/api/desk/privacy/exports', async (req, res) => {
      const id = await askExport(db, await keeper(req), parseInput(ExportInput, req.body))
      res.status(201).json({ url: `/api/desk/exports/${id}` })
    })
    .get('/api/desk/exports/:id', async (req, res) => {
      const caller = await mediaCaller(deps, req)
      requirePermission(caller, 'manageKeeping')
      const zip = await openExport(deps, caller, idOf(req))
      downloadPolicy(res)
      res.attachment(`parley-${idOf(req)}.zip`)
      pipeline(zip, res, (err) => {
        if (err) deps.log.warn({ err }, 'an export was broken off')
      })
    })
    .get('/api/desk/keeping/jobs', async (req, res) => {
      await keeper(req)
      res.json({ jobs: await listJobs(db) })
    })
    .post('/api/desk/keeping/runs', async (req, res) => {
      await askRun(db, await keeper(req), parseInput(RunInput, req.body))
      res.status(202).json({})
    })
    .get('/api/desk/keeping/daily', async (req, res) => {
      await keeper(req)
      res.json(await readDaily(db))
    })
    .put('/api/desk/keeping/daily', async (req, res) => {
      res.json(await setDaily(db, await keeper(req), parseInput(DailyInput, req.body)))
    })
    .post('/api/desk/keeping/preview', async (req, res) => {
      await keeper(req)
      const { draft } = parseInput(PreviewInput, req.body)
      const rules = draft ? [ruleOf(parseInput(configurationBodies.keepingRule, draft))] : await rulesOf(db)
      res.json(await previewOf(db, rules))
    })
}
