import { Router } from 'express'
import { hashSecret } from '../auth/secret.ts'
import { GuestInput, GuestJoinInput } from '../contract/guest.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { joinByLink, readLink } from './guest.invite.service.ts'

/** Both are told apart from nothing by their answers: a wrong, used or late link is `notFound`, to the letter the same. */
export function guestRoutes(deps: HttpDeps): Router {
  const { db, limits } = deps
  return Router()
    .post('/api/guest/link', async (req, res) => {
      const { token } = parseInput(GuestInput, req.body)
      await limits.take('guestLink', hashSecret(token))
      res.json(await readLink(db, token))
    })
    .post('/api/guest/session', async (req, res) => {
      const input = parseInput(GuestJoinInput, req.body)
      await limits.take('guestLink', hashSecret(input.token))
      res.json(await joinByLink(deps, input))
    })
}
