import { type Request, Router } from 'express'
import { AppError } from '../contract/errors.ts'
import type { SiteAccess } from '../contract/http.ts'
import { Id } from '../contract/words.ts'
import { requirePermission, staffCaller } from '../http/callers.ts'
import type { HttpDeps } from '../http/deps.ts'
import { receiveHoldAudio, removeHoldAudio } from './hold-audio.service.ts'
import { renewSecret, snippetOf } from './site.service.ts'
import { listSites, type Site } from './site.store.ts'

/** What a site has beside its configuration: how to put it into a page, its secret and what people on hold hear. */
export function siteRoutes(deps: HttpDeps): Router {
  const { db, config } = deps
  const manager = async (req: Request) => {
    const caller = await staffCaller(deps, req)
    requirePermission(caller, 'manageSites')
    return caller
  }
  const access = ({ id, config: site }: Site): SiteAccess => ({
    ...{ id, name: site.name, key: site.key, holdAudio: site.holdAudio },
    snippet: snippetOf(config.publicUrl, site),
  })
  return Router()
    .get('/api/desk/sites', async (req, res) => {
      await manager(req)
      res.json({ sites: (await listSites(db)).map(access) })
    })
    .post('/api/desk/sites/:id/secret', async (req, res) => {
      const caller = await manager(req)
      res.status(201).json({ secret: await renewSecret(db, caller, idOf(req)) })
    })
    .delete('/api/desk/sites/:id/hold-audio', async (req, res) => {
      const caller = await manager(req)
      await removeHoldAudio(db, caller, idOf(req))
      res.json({ holdAudio: null })
    })
}

/** Mounted before the parser of ordinary bodies: here the body is the sound itself. */
export function holdAudioUploadRoutes(deps: HttpDeps): Router {
  return Router().put('/api/desk/sites/:id/hold-audio', async (req, res) => {
    const caller = await staffCaller(deps, req)
    requirePermission(caller, 'manageSites')
    const length = req.headers['content-length']
    const declared = length === undefined ? null : Number(length)
    const given = { id: idOf(req), body: req, declared }
    res.json({ holdAudio: await receiveHoldAudio(deps.db, deps.config.dataDir, caller, given) })
  })
}

/** What is no id at all is not there either. */
function idOf(req: Request): string {
  const parsed = Id.safeParse(req.params['id'])
  if (!parsed.success) throw new AppError('notFound', 'No such site')
  return parsed.data
}
