import { type Request, Router } from 'express'
import { ReplyBody } from '../contract/reply.ts'
import { Id } from '../contract/words.ts'
import { staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { readReplies, removeOwnReply, saveOwnReply } from './reply.service.ts'

/** Canned replies: reading all that one has, and changing one's own. Everybody's are changed as configuration. */
export function replyRoutes(deps: HttpDeps): Router {
  const idOf = (req: Request) => parseInput(Id, req.params['id'])
  return Router()
    .get('/api/desk/replies', async (req, res) => {
      const caller = await staffCaller(deps, req)
      res.json({ replies: await readReplies(deps, caller) })
    })
    .put('/api/desk/replies/:id', async (req, res) => {
      const caller = await staffCaller(deps, req)
      await saveOwnReply(deps, caller, idOf(req), parseInput(ReplyBody, req.body))
      res.json({})
    })
    .delete('/api/desk/replies/:id', async (req, res) => {
      const caller = await staffCaller(deps, req)
      await removeOwnReply(deps, caller, idOf(req))
      res.json({})
    })
}
