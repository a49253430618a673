import { type Request, Router } from 'express'
import type { StaffIdentity } from '../auth/authenticate.ts'
import { AppError } from '../contract/errors.ts'
import { PlayedInput, ReplayAgain } from '../contract/http.ts'
import { CorrectionInput, LineNumber } from '../contract/transcript.ts'
import { Id } from '../contract/words.ts'
import { mediaCaller, requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { sendMedia } from '../http/send-ranges.ts'
import { correctSpoken, readSpoken } from '../transcript/spoken.service.ts'
import { notePlayed } from './viewing.service.ts'
import { openMedia, openReplay } from './review.service.ts'

const mayReview = (caller: StaffIdentity) => requirePermission(caller, 'replay')

/** Replays, for reviewers and supervisors. */
export function reviewRoutes(deps: HttpDeps): Router {
  const { db } = deps
  return Router()
    .get('/api/replay/:id', async (req, res) => {
      const caller = await staffCaller(deps, req)
      mayReview(caller)
      const { view } = parseInput(ReplayAgain, req.query)
      res.json(await openReplay(db, deps, caller, { conversationId: idOf(req, 'id'), view }))
    })
    .post('/api/replay/:id/played', async (req, res) => {
      const caller = await staffCaller(deps, req)
      mayReview(caller)
      await notePlayed(db, caller, idOf(req, 'id'), parseInput(PlayedInput, req.body))
      res.json({})
    })
    .get('/api/replay/:id/spoken', async (req, res) => {
      const caller = await staffCaller(deps, req)
      mayReview(caller)
      res.json(await readSpoken(db, deps.viewings, caller, idOf(req, 'id')))
    })
    .put('/api/replay/:id/spoken/:n', async (req, res) => {
      const caller = await staffCaller(deps, req)
      mayReview(caller)
      const { text } = parseInput(CorrectionInput, req.body)
      const n = LineNumber.safeParse(req.params['n'])
      if (!n.success) throw new AppError('notFound', 'Not found')
      const line = { conversationId: idOf(req, 'id'), n: Number(n.data), text }
      res.json(await correctSpoken(db, caller, line))
    })
    .get('/api/replay/:id/media/:call/:file', async (req, res, next) => {
      const caller = await mediaCaller(deps, req)
      mayReview(caller)
      const asked = {
        conversationId: idOf(req, 'id'),
        callId: idOf(req, 'call'),
        file: String(req.params['file']),
      }
      const file = await openMedia(db, deps, caller, asked)
      // No browser keeps any of it (the API's `no-store`): signing out ends it, and of pictures, a browser that has parts of a file
      // asks for all that lies between them at once, some 13 MB at each seek.
      sendMedia(req, res, next, { ...file, name: asked.file })
    })
}

/** What is no id is not there either. */
function idOf(req: Request, name: string): string {
  const parsed = Id.safeParse(req.params[name])
  if (!parsed.success) throw new AppError('notFound', 'No such recording')
  return parsed.data
}
