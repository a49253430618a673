import express, { type Request, Router } from 'express'
import { auditPage } from '../audit/audit.store.ts'
import {
  AuditQuery,
  ConfigurationKind,
  ImportInput,
  RemoveQuery,
  SaveInput,
} from '../contract/configuration.ts'
import { AppError } from '../contract/errors.ts'
import { FirstStepsInput } from '../contract/first-steps.ts'
import { Id } from '../contract/words.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { firstSteps, rememberSteps } from './first-steps.service.ts'
import { exportConfiguration, importConfiguration } from './configuration-file.service.ts'
import { readConfiguration, removeItem, saveItem } from './configuration.service.ts'

/** The configuration item by item, and what was changed by whom. */
export function configurationRoutes(deps: HttpDeps): Router {
  return Router()
    .get('/api/desk/configuration/:kind', async (req, res) => {
      const caller = await staffCaller(deps, req)
      res.json({ items: await readConfiguration(deps, caller, kindOf(req)) })
    })
    .put('/api/desk/configuration/:kind/:id', async (req, res) => {
      const caller = await staffCaller(deps, req)
      const { version, body } = parseInput(SaveInput, req.body)
      res.json(await saveItem(deps, caller, { kind: kindOf(req), id: idOf(req), version, body }))
    })
    .delete('/api/desk/configuration/:kind/:id', async (req, res) => {
      const caller = await staffCaller(deps, req)
      const version = Number(parseInput(RemoveQuery, req.query).version)
      await removeItem(deps, caller, { kind: kindOf(req), id: idOf(req), version })
      res.json({})
    })
    .get('/api/desk/audit', async (req, res) => {
      requirePermission(await staffCaller(deps, req), 'readAudit')
      res.json(await auditPage(deps.db, parseInput(AuditQuery, req.query)))
    })
    .get('/api/desk/first-steps', async (req, res) => {
      requirePermission(await staffCaller(deps, req), 'setUp')
      res.json(await firstSteps(deps.db, deps.config))
    })
    .post('/api/desk/first-steps', async (req, res) => {
      requirePermission(await staffCaller(deps, req), 'setUp')
      res.json(await rememberSteps(deps.db, deps.config, parseInput(FirstStepsInput, req.body)))
    })
}

/** A whole configuration is larger than a form; its reader is known before it is read. */
const FILE_LIMIT = 16 * 1024 * 1024

/** The configuration as one file. Mounted before the parser of ordinary bodies. */
export function configurationFileRoutes(deps: HttpDeps): Router {
  const path = '/api/desk/configuration-file'
  const transferer = async (req: Request) => {
    const caller = await staffCaller(deps, req)
    requirePermission(caller, 'transferConfiguration')
    return caller
  }
  return Router()
    .get(path, async (req, res) => {
      await transferer(req)
      res.attachment('parley-configuration.json').json(await exportConfiguration(deps))
    })
    .post(
      path,
      async (req, res, next) => {
        res.locals['caller'] = await transferer(req)
        next()
      },
      express.json({ limit: FILE_LIMIT, inflate: false }),
      async (req, res) => {
        res.json(await importConfiguration(deps, res.locals['caller'], parseInput(ImportInput, req.body)))
      },
    )
}

function kindOf(req: Request): ConfigurationKind {
  const parsed = ConfigurationKind.safeParse(req.params['kind'])
  if (!parsed.success) throw new AppError('notFound', 'No such kind')
  return parsed.data
}

function idOf(req: Request): string {
  const parsed = Id.safeParse(req.params['id'])
  if (!parsed.success) throw new AppError('badInput', 'id is missing or wrong')
  return parsed.data
}
