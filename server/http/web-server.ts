import { createServer, type Server } from 'node:http'
import { UPLOAD_MS } from '../attachment/receive.ts'

const HEADERS_MS = 60_000

/** Takes nothing yet. No request takes longer than an upload. */
export const createWebServer = (): Server =>
  createServer({ requestTimeout: UPLOAD_MS, headersTimeout: HEADERS_MS })
