import { type Request, Router } from 'express'
import { AppError } from '../contract/errors.ts'
import { Id } from '../contract/words.ts'
import { mediaCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { sendMedia } from '../http/send-ranges.ts'
import { openSpokenFile, readSpoken } from './voicemail.service.ts'

/** Spoken messages, for the agents who answer them. */
export function voicemailRoutes(deps: HttpDeps): Router {
  return Router()
    .get('/api/desk/voicemail/:call', async (req, res) => {
      res.json(await readSpoken(deps, await mediaCaller(deps, req), idOf(req)))
    })
    .get('/api/desk/voicemail/:call/:file', async (req, res, next) => {
      const asked = { callId: idOf(req), file: String(req.params['file']) }
      const file = await openSpokenFile(deps, await mediaCaller(deps, req), asked)
      sendMedia(req, res, next, { ...file, name: asked.file })
    })
}

function idOf(req: Request): string {
  const parsed = Id.safeParse(req.params['call'])
  if (!parsed.success) throw new AppError('notFound', 'No such message')
  return parsed.data
}
