import { Router } from 'express'
import { AppError } from '../contract/errors.ts'
import type { HttpDeps } from '../http/deps.ts'
import { sendFile } from '../http/send-file.ts'
import { holdAudioFile } from './hold-audio.service.ts'

/** Public as music on hold is: the panel plays it, and its name is its content's. */
export function holdAudioRoutes({ config }: Pick<HttpDeps, 'config'>): Router {
  return Router().get('/widget/hold-audio/:name', (req, res, next) => {
    const file = holdAudioFile(config.dataDir, req.params.name)
    if (file === null) throw new AppError('notFound', 'Nothing here')
    res.set('Cache-Control', 'public, max-age=31536000, immutable')
    sendFile(res, next, file)
  })
}
