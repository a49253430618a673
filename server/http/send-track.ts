import { pipeline, Readable } from 'node:stream'
import type { Request, Response } from 'express'
import type { Logger } from '../logger.ts'

/** `:number` of the path; what is none is that of no track. */
export const trackNumber = (req: Request): number => {
  const number = String(req.params['number'])
  return /^\d{1,3}$/.test(number) ? Number(number) : -1
}

type Track = { type: string; cut: { bytes: number; read(): AsyncIterable<Uint8Array> } }

/** What is cut while it is sent. */
export function sendTrack(res: Response, { cut, type }: Track, log: Logger): void {
  res.set('Content-Length', String(cut.bytes)).type(type)
  pipeline(Readable.from(cut.read(), { objectMode: false }), res, (err) => {
    if (err) log.warn({ err }, 'a part was broken off')
  })
}
