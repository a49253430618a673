/** The keys that wrap those of recordings and files: given by a setting, or kept in a file that is made when it is needed first. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { faultCode } from '../fault.ts'

export type MasterKeys = {
  /** What is stored from now on is wrapped by this one. */
  active: string
  keys: ReadonlyMap<string, Buffer>
}
/** `file`: null for the one in the data folder. */
export type KeySource = { file: string | null } | { given: MasterKeys }
export type KeyConfig = { dataDir: string; masterKeys?: KeySource | undefined }

const ID = /^[A-Za-z0-9_-]{1,40}$/
const KEY_BYTES = 32

const KeyFile = z
  .object({ active: z.string(), keys: z.record(z.string().regex(ID), z.base64().length(44)) })
  .refine(({ active, keys }) => keys[active] !== undefined, 'the active key is not among the keys')

export function keyFileOf({ dataDir, masterKeys }: KeyConfig): string | null {
  if (masterKeys && 'given' in masterKeys) return null
  return masterKeys?.file ?? path.join(dataDir, 'keys', 'recordings.json')
}

/** `ID:BASE64,…`, the active one first. Null where it is not such. */
export function parseMasterKeys(text: string): MasterKeys | null {
  const pairs = text.split(',').map((one) => one.trim().split(':'))
  const keys = new Map<string, Buffer>()
  for (const [id = '', key = '', ...more] of pairs) {
    const bytes = Buffer.from(key, 'base64')
    if (!ID.test(id) || bytes.length !== KEY_BYTES || more.length > 0 || keys.has(id)) return null
    keys.set(id, bytes)
  }
  const [active] = keys.keys()
  return active === undefined ? null : { active, keys }
}

/** As they are now: `npm run keys` may have changed the file. Makes the file where there is none. */
export async function masterKeys(config: KeyConfig): Promise<MasterKeys> {
  if (config.masterKeys && 'given' in config.masterKeys) return config.masterKeys.given
  const file = keyFileOf(config) ?? ''
  return (await readKeys(file)) ?? (await makeKeys(file))
}

async function readKeys(file: string): Promise<MasterKeys | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (faultCode(error) === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  try {
    const { active, keys } = KeyFile.parse(JSON.parse(text))
    return {
      active,
      keys: new Map(Object.entries(keys).map(([id, key]) => [id, Buffer.from(key, 'base64')])),
    }
  } catch {
    // What is wrong with it would show parts of the keys.
    throw new Error(`${file}: these are no master keys`)
  }
}

async function makeKeys(file: string): Promise<MasterKeys> {
  const id = newKeyId()
  const temporary = await write(file, { active: id, keys: new Map([[id, randomBytes(KEY_BYTES)]]) })
  try {
    // Several servers may begin at once: the first one's key is everybody's.
    await link(temporary, file)
  } catch (error) {
    if (faultCode(error) !== 'EEXIST') throw error
  } finally {
    await rm(temporary, { force: true })
  }
  await syncFolder(path.dirname(file))
  const made = await readKeys(file)
  if (!made) throw new Error(`${file}: is gone again`)
  return made
}

/** Replaces the file at once and for good. */
export async function saveKeys(file: string, keys: MasterKeys): Promise<void> {
  await rename(await write(file, keys), file)
  await syncFolder(path.dirname(file))
}

export function withNewKey({ keys }: MasterKeys): MasterKeys {
  let id = newKeyId()
  while (keys.has(id)) id = newKeyId()
  return { active: id, keys: new Map([...keys, [id, randomBytes(KEY_BYTES)]]) }
}

const newKeyId = () => `${new Date().toISOString().slice(0, 10)}-${randomBytes(3).toString('hex')}`

async function write(file: string, { active, keys }: MasterKeys): Promise<string> {
  // Not the process's number: in containers that share the folder all may have the same.
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const encoded = Object.fromEntries([...keys].map(([id, key]) => [id, key.toString('base64')]))
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify({ active, keys: encoded }, null, 2)}\n`)
    await handle.sync()
  } catch (error) {
    // No room for it perhaps: a part of a key is none, and is not left lying about.
    await rm(temporary, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  return temporary
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  await handle.sync()
  await handle.close()
}

export type Wrapped = { keyId: string; wrapped: Buffer }

const NONCE = 12
const TAG = 16
const boundTo = (owner: string) => Buffer.from(`parley ${owner}`)

/** Good for that one owner only. */
export function wrapKey({ active, keys }: MasterKeys, owner: string, key: Buffer): Wrapped {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', masterKey(keys, active), nonce).setAAD(boundTo(owner))
  return {
    keyId: active,
    wrapped: Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]),
  }
}

/** Throws when the master key is not there, or it was wrapped for another. */
export function unwrapKey({ keys }: MasterKeys, owner: string, { keyId, wrapped }: Wrapped): Buffer {
  const [nonce, end] = [wrapped.subarray(0, NONCE), wrapped.length - TAG]
  const decipher = createDecipheriv('aes-256-gcm', masterKey(keys, keyId), nonce, { authTagLength: TAG })
  decipher.setAAD(boundTo(owner)).setAuthTag(wrapped.subarray(end))
  return Buffer.concat([decipher.update(wrapped.subarray(NONCE, end)), decipher.final()])
}

function masterKey(keys: MasterKeys['keys'], id: string): Buffer {
  const key = keys.get(id)
  if (!key) throw new Error(`the master key ${id} is not there`)
  return key
}
