import { type Request, Router } from 'express'
import { hashSecret } from '../auth/secret.ts'
import { ClipInput, ClipOpenInput } from '../contract/clip.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { bearerOf, idOf, parseInput } from '../http/input.ts'
import { sendTrack, trackNumber } from '../http/send-track.ts'
import { listClips, shareClip, unshareClip } from './clip.service.ts'
import { openTrack, viewClip } from './view.service.ts'

/** Parts of conversations: shared by staff, seen by whoever has the link. */
export function clipRoutes(deps: HttpDeps): Router {
  const sharer = async (req: Request) => {
    const caller = await staffCaller(deps, req)
    requirePermission(caller, 'shareClips')
    return caller
  }
  return Router()
    .get('/api/replay/:id/clips', async (req, res) => {
      res.json({ clips: await listClips(deps, await sharer(req), idOf(req, 'id')) })
    })
    .post('/api/replay/:id/clips', async (req, res) => {
      const caller = await sharer(req)
      const input = parseInput(ClipInput, req.body)
      await deps.limits.take('clip', caller.personId)
      res.status(201).json(await shareClip(deps, caller, idOf(req, 'id'), input))
    })
    .delete('/api/replay/:id/clips/:clip', async (req, res) => {
      const caller = await sharer(req)
      await unshareClip(deps, caller, { conversationId: idOf(req, 'id'), id: idOf(req, 'clip') })
      res.json({})
    })
    .post('/api/clip', async (req, res) => {
      const input = parseInput(ClipOpenInput, req.body)
      await deps.limits.take('clipLink', hashSecret(input.code))
      res.json(await viewClip(deps, input))
    })
    .get('/api/clip/media/:number', async (req, res) => {
      const token = bearerOf(req)
      await deps.limits.take('clipMedia', hashSecret(token))
      sendTrack(res, await openTrack(deps, { token, number: trackNumber(req) }), deps.log)
    })
}
