import { type Request, Router } from 'express'
import { FindInput, SavedSearchInput } from '../contract/finder.ts'
import { Id } from '../contract/words.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { parseInput } from '../http/input.ts'
import { filterChoices } from './choices.service.ts'
import { find } from './find.service.ts'
import { forgetSearch, saveSearch } from './saved.service.ts'
import { listSaved } from './saved.store.ts'

/** Finding conversations, for those who may look among all that they may replay. What is looked for travels in bodies: addresses are logged. */
export function searchRoutes(deps: HttpDeps): Router {
  const { db } = deps
  const reviewer = async (req: Request) => {
    const caller = await staffCaller(deps, req)
    requirePermission(caller, 'find')
    return caller
  }
  const idOf = (req: Request) => parseInput(Id, req.params['id'])
  return Router()
    .post('/api/replay/find', async (req, res) => {
      const caller = await reviewer(req)
      await deps.limits.take('search', caller.personId)
      res.json(await find(deps, caller, parseInput(FindInput, req.body)))
    })
    .get('/api/replay/filters', async (req, res) => {
      await reviewer(req)
      res.json(await filterChoices(db))
    })
    .get('/api/replay/searches', async (req, res) => {
      const { personId } = await reviewer(req)
      res.json({ searches: await listSaved(db, personId) })
    })
    .put('/api/replay/searches/:id', async (req, res) => {
      const caller = await reviewer(req)
      await saveSearch(deps, caller, idOf(req), parseInput(SavedSearchInput, req.body))
      res.json({})
    })
    .delete('/api/replay/searches/:id', async (req, res) => {
      const caller = await reviewer(req)
      await forgetSearch(deps, caller, idOf(req))
      res.json({})
    })
}
