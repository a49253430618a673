import { type Request, Router } from 'express'
import {
  BeginInput,
  DecideInput,
  DisputeInput,
  DraftInput,
  MarkInput,
  OfConversation,
  OfViewing,
  type ReviewLines,
  SecondInput,
} from '../contract/assessment.ts'
import { AppError } from '../contract/errors.ts'
import { Id } from '../contract/words.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { sendTrack, trackNumber } from '../http/send-track.ts'
import { acknowledge, decide, dispute } from './answer.service.ts'
import {
  askSecond,
  beginReview,
  discardReview,
  putMark,
  removeMark,
  saveDraft,
  submitReview,
  withdrawSecond,
} from './assessment.service.ts'
import { openMoment, readMoment } from './moment.service.ts'
import { disputes, ownReviews, readReview, reviewsBeside, workList } from './read.service.ts'

const base = '/api/desk/assessments'

/** Reviews: their lists, reading one, and scoring. */
export function assessmentRoutes(deps: HttpDeps): Router {
  const caller = (req: Request) => staffCaller(deps, req)
  return Router()
    .get(base, async (req, res) => {
      const who = await caller(req)
      requirePermission(who, 'score')
      const { conversation } = parseInput(OfConversation, req.query)
      res.json(await reviewsBeside(deps, who, conversation))
    })
    .get(`${base}/work`, async (req, res) => {
      res.json({ reviews: await workList(deps, await caller(req)) } satisfies ReviewLines)
    })
    .get(`${base}/mine`, async (req, res) => {
      res.json({ reviews: await ownReviews(deps, await caller(req)) } satisfies ReviewLines)
    })
    .get(`${base}/disputed`, async (req, res) => {
      res.json({ reviews: await disputes(deps, await caller(req)) } satisfies ReviewLines)
    })
    .get(`${base}/:id`, async (req, res) => {
      res.json(await readReview(deps, await caller(req), idOf(req)))
    })
    .post(base, async (req, res) => {
      const who = await caller(req)
      requirePermission(who, 'score')
      res.status(201).json(await beginReview(deps, who, parseInput(BeginInput, req.body)))
    })
    .put(`${base}/:id`, async (req, res) => {
      const who = await caller(req)
      res.json(await saveDraft(deps, who, idOf(req), parseInput(DraftInput, req.body)))
    })
    .delete(`${base}/:id`, async (req, res) => {
      await discardReview(deps, await caller(req), idOf(req))
      res.json({})
    })
    .use(markRoutes(deps), momentRoutes(deps), deedRoutes(deps))
}

function momentRoutes(deps: HttpDeps): Router {
  const asked = (req: Request) => ({ reviewId: idOf(req), markId: idOf(req, 'mark') })
  return Router()
    .get(`${base}/:id/moments/:mark`, async (req, res) => {
      res.json(await readMoment(deps, await staffCaller(deps, req), asked(req)))
    })
    .get(`${base}/:id/moments/:mark/media/:number`, async (req, res) => {
      const who = await staffCaller(deps, req)
      const { view } = parseInput(OfViewing, req.query)
      const track = { ...asked(req), view, number: trackNumber(req) }
      sendTrack(res, await openMoment(deps, who, track), deps.log)
    })
}

function markRoutes(deps: HttpDeps): Router {
  return Router()
    .put(`${base}/:id/marks/:mark`, async (req, res) => {
      const who = await staffCaller(deps, req)
      const mark = { ...parseInput(MarkInput, req.body), id: idOf(req, 'mark') }
      res.json(await putMark(deps, who, idOf(req), mark))
    })
    .delete(`${base}/:id/marks/:mark`, async (req, res) => {
      const who = await staffCaller(deps, req)
      res.json(await removeMark(deps, who, { reviewId: idOf(req), id: idOf(req, 'mark') }))
    })
}

function deedRoutes(deps: HttpDeps): Router {
  const caller = (req: Request) => staffCaller(deps, req)
  return Router()
    .post(`${base}/:id/submit`, async (req, res) => {
      const who = await caller(req)
      res.json(await submitReview(deps, who, idOf(req), parseInput(DraftInput, req.body)))
    })
    .post(`${base}/:id/second`, async (req, res) => {
      const who = await caller(req)
      res.json(await askSecond(deps, who, idOf(req), parseInput(SecondInput, req.body)))
    })
    .delete(`${base}/:id/second`, async (req, res) => {
      res.json(await withdrawSecond(deps, await caller(req), idOf(req)))
    })
    .post(`${base}/:id/acknowledge`, async (req, res) => {
      res.json(await acknowledge(deps, await caller(req), idOf(req)))
    })
    .post(`${base}/:id/dispute`, async (req, res) => {
      const who = await caller(req)
      res.json(await dispute(deps, who, idOf(req), parseInput(DisputeInput, req.body).words))
    })
    .post(`${base}/:id/decide`, async (req, res) => {
      const who = await caller(req)
      res.json(await decide(deps, who, idOf(req), parseInput(DecideInput, req.body)))
    })
}

/** What is no id is not there either. */
function idOf(req: Request, name = 'id'): string {
  const parsed = Id.safeParse(req.params[name])
  if (!parsed.success) throw new AppError('notFound', 'No such review')
  return parsed.data
}
