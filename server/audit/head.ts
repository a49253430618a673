/**
 * The end of the audit log's chain, signed and kept in the data folder, apart from the database: `audit/head.json`, and the key
 * in `audit/key.pem`. Anchors are the same statement, taken elsewhere.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { faultCode } from '../fault.ts'
import type { ChainEnd } from './chain.ts'

const End = z.object({ place: z.number().int().min(0), link: z.string().regex(/^[0-9a-f]{64}$/) })
const Statement = z.object({
  format: z.literal(1),
  installation: z.string(),
  end: End,
  /** What is being appended at this moment: the database may be here already. */
  next: z.nullable(End),
  /** ISO 8601, when it was signed. */
  at: z.string(),
})
export type Statement = z.infer<typeof Statement>
const Signed = z.object({ statement: z.string(), signature: z.string(), publicKey: z.string() })
export type Signed = z.infer<typeof Signed>

const folderOf = (dataDir: string) => path.join(dataDir, 'audit')

/** Null: none was ever written. Throws when it is there and cannot be read, or is not signed with this installation's key. */
export async function readHead(dataDir: string): Promise<Statement | null> {
  const text = await readOrNull(path.join(folderOf(dataDir), 'head.json'))
  if (text === null) return null
  const key = await keyOf(dataDir, 'must be there')
  return opened(text, createPublicKey(key))
}

export async function writeHead(
  dataDir: string,
  { installation, end, next }: { installation: string; end: ChainEnd; next: ChainEnd | null },
): Promise<void> {
  const signed = await makeSigned(dataDir, { installation, end, next })
  await writeSafely(path.join(folderOf(dataDir), 'head.json'), `${JSON.stringify(signed)}\n`)
}

export async function makeSigned(
  dataDir: string,
  { installation, end, next }: { installation: string; end: ChainEnd; next: ChainEnd | null },
): Promise<Signed> {
  const key = await keyOf(dataDir, 'make it')
  const made: Statement = { format: 1, installation, end, next, at: new Date().toISOString() }
  const statement = JSON.stringify(made)
  return {
    statement,
    signature: sign(null, Buffer.from(statement), key).toString('base64url'),
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64url'),
  }
}

/** What an anchor says. Throws unless it is signed with this installation's key. */
export async function readAnchor(dataDir: string, text: string): Promise<Statement> {
  return opened(text, createPublicKey(await keyOf(dataDir, 'must be there')))
}

function opened(text: string, key: KeyObject): Statement {
  const { statement, signature, publicKey } = Signed.parse(JSON.parse(text))
  const own = key.export({ type: 'spki', format: 'der' }).toString('base64url')
  if (publicKey !== own || !verify(null, Buffer.from(statement), key, Buffer.from(signature, 'base64url')))
    throw new Error('the signature is wrong')
  return Statement.parse(JSON.parse(statement))
}

async function keyOf(dataDir: string, otherwise: 'make it' | 'must be there'): Promise<KeyObject> {
  const file = path.join(folderOf(dataDir), 'key.pem')
  const known = await readOrNull(file)
  if (known !== null) return createPrivateKey(known)
  if (otherwise === 'must be there') throw new Error(`there is no key ${file}`)
  const { privateKey } = generateKeyPairSync('ed25519')
  const made = `${file}.${process.pid}.tmp`
  await write(made, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  try {
    // Several servers may begin at once: the first one's key is everybody's.
    await link(made, file)
  } catch (error) {
    if (faultCode(error) !== 'EEXIST') throw error
  } finally {
    await rm(made, { force: true })
  }
  return createPrivateKey(await readFile(file, 'utf8'))
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return null
    throw error
  }
}

async function writeSafely(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`
  await write(temporary, text)
  await rename(temporary, file)
  // The rename itself must outlive the machine, or the head would be older than the entries.
  const folder = await open(path.dirname(file))
  await folder.sync()
  await folder.close()
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'w', 0o600)
  await handle.writeFile(text)
  await handle.sync()
  await handle.close()
}
