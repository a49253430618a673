import { Router } from 'express'
import { GuestInput, GuestJoinInput } from '../contract/guest.ts'
import { addressOf } from '../http/address.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { joinByLink, readLink } from './guest.invite.service.ts'

/** Both are told apart from nothing by their answers: a wrong, used or late link is `notFound`, to the letter the same. */
export function guestRoutes(deps: HttpDeps): Router {
  const { db, limits } = deps
  return Router()
    .post('/api/guest/link', async (req, res) => {
      await limits.take('guestLink', addressOf(req))
      res.json(await readLink(db, parseInput(GuestInput, req.body).token))
    })
    .post('/api/guest/session', async (req, res) => {
      await limits.take('guestLink', addressOf(req))
      res.json(await joinByLink(deps, parseInput(GuestJoinInput, req.body)))
    })
}
