import { type Request, Router } from 'express'
import { CalibrationInput, type Calibrations } from '../contract/calibration.ts'
import { AppError } from '../contract/errors.ts'
import { Id } from '../contract/words.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import {
  beginCalibration,
  calibrationChoices,
  closeCalibration,
  listCalibrations,
  readCalibration,
} from './calibration.service.ts'

const base = '/api/desk/calibrations'

export function calibrationRoutes(deps: HttpDeps): Router {
  return Router()
    .get(base, async (req, res) => {
      const calibrations = await listCalibrations(deps, await staffCaller(deps, req))
      res.json({ calibrations } satisfies Calibrations)
    })
    .post(base, async (req, res) => {
      const caller = await staffCaller(deps, req)
      requirePermission(caller, 'configureReviews')
      res.status(201).json(await beginCalibration(deps, caller, parseInput(CalibrationInput, req.body)))
    })
    .get(`${base}/choices`, async (req, res) => {
      res.json(await calibrationChoices(deps, await staffCaller(deps, req)))
    })
    .get(`${base}/:id`, async (req, res) => {
      res.json(await readCalibration(deps, await staffCaller(deps, req), idOf(req)))
    })
    .post(`${base}/:id/close`, async (req, res) => {
      res.json(await closeCalibration(deps, await staffCaller(deps, req), idOf(req)))
    })
}

/** What is no id is not there either. */
function idOf(req: Request): string {
  const parsed = Id.safeParse(req.params['id'])
  if (!parsed.success) throw new AppError('notFound', 'No such calibration')
  return parsed.data
}
