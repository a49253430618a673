/** The built client: the launcher for shops, the panel in its frame, the desk, the demo shop. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import express, { type Response, Router } from 'express'
import { demoSiteKey } from '../agent/demo.service.ts'
import { AppError } from '../contract/errors.ts'
import { text } from '../contract/words.ts'
import { faultCode } from '../fault.ts'
import { siteByKey } from '../site/site.service.ts'
import type { HttpDeps } from './deps.ts'
import { parseInput } from './input.ts'
import { createPackedFiles, type PackedFiles } from './packed-files.ts'
import { appPagePolicy, assetPolicy, demoPagePolicy } from './security-headers.ts'

const Key = text(64, 1)

export function pageRoutes(deps: HttpDeps): Router {
  const { clientDir, config, own } = deps
  const files = createPackedFiles()
  return Router()
    .get('/', (_req, res) => res.redirect(config.demo ? '/demo' : '/desk'))
    .get('/favicon.ico', (_req, res) => res.status(204).end())
    .use('/assets', assets(files, path.join(clientDir, 'assets')))
    .get('/widget.js', async (req, res) => {
      // Shops load it from anywhere, with or without the crossorigin attribute.
      res.set('Cross-Origin-Resource-Policy', 'cross-origin').set('Access-Control-Allow-Origin', '*')
      res.set('Cache-Control', 'public, max-age=300, stale-while-revalidate=86400')
      if (!(await files.send(req, res, path.join(clientDir, 'widget.js')))) sayNotBuilt(res)
    })
    .get('/parley-sw.js', async (req, res) => {
      // A worker of the shop's own may import it.
      res.set('Cross-Origin-Resource-Policy', 'cross-origin').set('Access-Control-Allow-Origin', '*')
      res.set('Cache-Control', 'no-cache')
      assetPolicy(res)
      if (!(await files.send(req, res, path.join(clientDir, 'parley-sw.js')))) sayNotBuilt(res)
    })
    .get(['/desk', '/desk/{*rest}'], async (_req, res) => {
      appPagePolicy(res, own, [], { compiles: true })
      await sendPage(res, path.join(clientDir, 'desk.html'))
    })
    .get('/guest', async (_req, res) => {
      appPagePolicy(res, own, [])
      await sendPage(res, path.join(clientDir, 'guest.html'))
    })
    .get('/clip', async (_req, res) => {
      appPagePolicy(res, own, [])
      await sendPage(res, path.join(clientDir, 'clip.html'))
    })
    .use(widgetRoutes(deps))
    .use(tryRoutes(deps))
    .use(demoRoutes(deps, files))
}

function widgetRoutes({ db, clientDir, own }: HttpDeps): Router {
  return Router()
    .get('/widget/config', async (req, res) => {
      const origin = req.headers.origin
      res.vary('Origin')
      // The refusal may be read by any page: the launcher has to tell it from a server that is away.
      if (origin !== undefined)
        res.set('Access-Control-Allow-Origin', origin).set('Cross-Origin-Resource-Policy', 'cross-origin')
      const site = await siteByKey(db, parseInput(Key, req.query['site']))
      if (origin !== undefined && ![...site.origins, ...own].includes(origin))
        throw new AppError('notAllowed', 'Not an origin of the site')
      res.set('Cache-Control', 'no-cache').json(site.config)
    })
    .get('/widget/notify', async (_req, res) => {
      appPagePolicy(res, own, [])
      // The panel that opened it gives it the key, and hears what came of it.
      res.removeHeader('Cross-Origin-Opener-Policy')
      await sendPage(res, path.join(clientDir, 'notify.html'))
    })
    .get('/widget/panel', async (req, res) => {
      const site = await siteByKey(db, parseInput(Key, req.query['site']))
      appPagePolicy(res, own, [...new Set([...own, ...site.origins])])
      // The window that a call is moved to must be able to ask the panel that opened it.
      res.removeHeader('Cross-Origin-Opener-Policy')
      await sendPage(res, path.join(clientDir, 'panel.html'))
    })
}

/** A page with nothing but the site's widget, to see it before one's own pages have it. */
function tryRoutes({ db, clientDir }: HttpDeps): Router {
  return Router().get('/try', async (req, res) => {
    const { config } = await siteByKey(db, parseInput(Key, req.query['site']))
    demoPagePolicy(res)
    await sendPage(res, path.join(clientDir, 'demo', 'try.html'), (html) =>
      html.replaceAll('{{SITE_KEY}}', config.key),
    )
  })
}

function demoRoutes({ clientDir, config }: HttpDeps, files: PackedFiles): Router {
  const page = async (res: Response, name: string): Promise<void> => {
    if (!config.demo) throw new AppError('notFound', 'Nothing here')
    demoPagePolicy(res)
    const key = demoSiteKey(config)
    await sendPage(res, path.join(clientDir, 'demo', `${name}.html`), (html) =>
      html.replaceAll('{{SITE_KEY}}', key),
    )
  }
  return Router()
    .get('/demo', (_req, res) => page(res, 'index'))
    .use('/demo', assets(files, path.join(clientDir, 'demo'), '1h', ['.html']))
    .get('/demo/:page', async (req, res, next) => {
      const { page: name } = req.params
      if (!/^[a-z0-9-]{1,40}$/.test(name) || !existsSync(path.join(clientDir, 'demo', `${name}.html`)))
        return next()
      await page(res, name)
    })
}

/** Files whose names carry their content's hash, unless `maxAge` says otherwise. */
function assets(files: PackedFiles, folder: string, maxAge = '1y', except: string[] = []): Router {
  const immutable = maxAge === '1y'
  const cached = immutable ? 'public, max-age=31536000, immutable' : 'public, max-age=3600'
  const others = express.static(folder, {
    index: false,
    redirect: false,
    maxAge,
    immutable,
    setHeaders: assetPolicy,
  })
  return Router().use(async (req, res, next) => {
    const file = path.join(folder, decodePath(req.path))
    if (except.includes(path.extname(file)) || !file.startsWith(folder + path.sep) || file.includes('\0'))
      return next()
    assetPolicy(res)
    res.set('Cache-Control', cached)
    if (await files.send(req, res, file)) return
    res.removeHeader('Cache-Control')
    others(req, res, next)
  })
}

function decodePath(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch (cause) {
    throw new AppError('badInput', 'The address cannot be read', { cause })
  }
}

async function sendPage(res: Response, file: string, change = (html: string) => html): Promise<void> {
  let html: string
  try {
    html = await readFile(file, 'utf8')
  } catch (error) {
    if (!isMissing(error)) throw error
    return sayNotBuilt(res)
  }
  res.set('Cache-Control', 'no-cache').type('html').send(change(html))
}

const isMissing = (error: unknown) => faultCode(error) === 'ENOENT'

function sayNotBuilt(res: Response): void {
  res.status(503).set('Cache-Control', 'no-store').type('text').send('The pages are not built yet.\n')
}
