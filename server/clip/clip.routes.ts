import { type Request, Router } from 'express'
import { ClipInput, ClipOpenInput } from '../contract/clip.ts'
import { addressOf } from '../http/address.ts'
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
      await deps.limits.take('clipLink', addressOf(req))
      res.json(await viewClip(deps, parseInput(ClipOpenInput, req.body)))
    })
    .get('/api/clip/media/:number', async (req, res) => {
      await deps.limits.take('clipMedia', addressOf(req))
      const asked = { token: bearerOf(req), number: trackNumber(req) }
      sendTrack(res, await openTrack(deps, asked), deps.log)
    })
}
