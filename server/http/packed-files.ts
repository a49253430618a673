/** Text files of the built client, compressed once and kept in memory: a few megabytes at most. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Request, Response } from 'express'
import { faultCode } from '../fault.ts'

const PACKED = new Set(['.js', '.css', '.html', '.svg', '.json'])
/** Above this quality a megabyte costs seconds, for two percent. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }

type Packed = { stamp: string; etag: string; br: Buffer; gzip: Buffer; identity: Buffer }

export type PackedFiles = {
  /** False: no such file, or none that is packed; nothing has been sent then. */
  send(req: Request, res: Response, file: string): Promise<boolean>
}

export function createPackedFiles(): PackedFiles {
  const kept = new Map<string, Promise<Packed>>()

  const find = async (file: string): Promise<Packed | null> => {
    const stamp = await stampOf(file)
    if (stamp === null) return null
    const known = await kept.get(file)?.catch(() => undefined)
    if (known?.stamp === stamp) return known
    const packing = pack(file, stamp)
    kept.set(file, packing)
    return packing
  }

  return {
    async send(req, res, file) {
      const found = PACKED.has(path.extname(file)) ? await find(file) : null
      if (!found) return false
      const encoding = encodingFor(req)
      res.vary('Accept-Encoding').type(path.extname(file))
      res.set('ETag', `"${found.etag}-${encoding}"`)
      if (encoding !== 'identity') res.set('Content-Encoding', encoding)
      // Answers HEAD and If-None-Match by itself.
      res.send(found[encoding])
      return true
    },
  }
}

type Encoding = 'br' | 'gzip' | 'identity'
const encodingFor = (req: Request): Encoding => {
  const best = req.acceptsEncodings('br', 'gzip', 'identity')
  return best === 'br' || best === 'gzip' ? best : 'identity'
}

/** Tells one state of the file from another; null when it is none. */
async function stampOf(file: string): Promise<string | null> {
  try {
    const found = await stat(file)
    return found.isFile() ? `${found.mtimeMs} ${found.size}` : null
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(faultCode(error))) return null
    throw error
  }
}

async function pack(file: string, stamp: string): Promise<Packed> {
  const identity = await readFile(file)
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(identity, BROTLI),
    promisify(gzip)(identity, { level: 9 }),
  ])
  const etag = createHash('sha256').update(identity).digest('base64url').slice(0, 20)
  return { stamp, etag, br, gzip: gz, identity }
}
