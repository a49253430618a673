/** Where the bytes of attachments lie: sealed, each attachment with a key of its own, or as they were sent, from before that was so. */
import { createReadStream } from 'node:fs'
import { open, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { faultCode } from '../fault.ts'
import { namesIn } from '../storage/names-in.ts'
import { eraseStrays } from '../storage/strays.ts'
import { bytesOf, type ReadableFile } from '../sealing/file.ts'
import { type KeyConfig, masterKeys, syncFolder, unwrapKey, type Wrapped } from '../sealing/master-keys.ts'
import { fileOwner, fileSeal } from '../sealing/owner.ts'
import { HEAD, isHead, newHead, seal, sealedSize, sizeIn, unseal } from '../sealing/sealed.ts'

/** The file itself, or the small picture of it, a WebP. */
export const parts = ['file', 'preview'] as const
export type Part = (typeof parts)[number]
type Folder = Pick<KeyConfig, 'dataDir'>

const SEALED = '.sealed'
const HALF = '.part'
const PREVIEW = '.webp'

export const folderOf = ({ dataDir }: Folder): string => path.join(dataDir, 'attachments')
const clearFile = (config: Folder, id: string, part: Part) =>
  path.join(folderOf(config), part === 'preview' ? `${id}${PREVIEW}` : id)
const sealedFile = (config: Folder, id: string, part: Part) => `${clearFile(config, id, part)}${SEALED}`
/** What is being received, in clear. */
export const halfFile = (config: Folder, id: string): string => `${clearFile(config, id, 'file')}${HALF}`

/** What a name in the folder is; null: none of ours. */
export function named(name: string): { id: string; part: Part; is: 'half' | 'sealed' | 'clear' } | null {
  const [, id, ending = ''] =
    /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})((?:\.[a-z]+)*)$/.exec(name) ?? []
  if (id === undefined) return null
  const part = ending.startsWith(PREVIEW) ? 'preview' : 'file'
  if (ending.endsWith(HALF)) return { id, part, is: 'half' }
  return { id, part, is: ending.endsWith(SEALED) ? 'sealed' : 'clear' }
}

export type Content = { part: Part; size: number; read(): AsyncIterable<Buffer> }

export const contentOf = (part: Part, bytes: Buffer): Content => ({
  ...{ part, size: bytes.length },
  read: () => Readable.from([bytes]),
})
/** Null: it does not lie here. */
export async function contentIn(part: Part, file: string): Promise<Content | null> {
  const size = await sizeOf(file)
  return size === null ? null : { part, size, read: () => bytesOf(file) }
}
export const clearContent = (config: Folder, id: string, part: Part) =>
  contentIn(part, clearFile(config, id, part))

/** On the disk for good when it resolves. What an earlier try has left is written over. */
export async function sealParts(
  config: Folder,
  { id, key }: { id: string; key: Buffer },
  contents: readonly Content[],
): Promise<void> {
  for (const content of contents) {
    const file = sealedFile(config, id, content.part)
    await rm(file, { force: true })
    try {
      await sealInto(file, { id, key }, content)
    } catch (error) {
      // No room for it perhaps: a part of it takes none.
      await rm(file, { force: true })
      throw error
    }
  }
  await syncFolder(folderOf(config))
}

async function sealInto(
  file: string,
  { id, key }: { id: string; key: Buffer },
  { part, size, read }: Content,
): Promise<void> {
  await using handle = await open(file, 'wx', 0o600)
  for await (const bytes of seal(read(), { key, of: fileSeal(id, part) }, newHead(size)))
    await handle.appendFile(bytes)
  await handle.sync()
}

/** `wrapped`: null where it lies in clear. Null: it is not here. What has a key and lies in clear alone is of a backup. */
export async function openPart(
  config: KeyConfig,
  { id, wrapped }: { id: string; wrapped: Wrapped | null },
  part: Part,
): Promise<ReadableFile | null> {
  const sealed = wrapped && (await openSealed(config, { id, wrapped }, part))
  if (sealed) return sealed
  const file = clearFile(config, id, part)
  const size = await sizeOf(file)
  if (size === null) return null
  return { size, version: id, read: (from = 0, to = size) => range(file, from, to) }
}

async function openSealed(
  config: KeyConfig,
  { id, wrapped }: { id: string; wrapped: Wrapped },
  part: Part,
): Promise<ReadableFile | null> {
  const file = sealedFile(config, id, part)
  const head = await headOf(file)
  if (!head) return null
  const size = sizeIn(head)
  const how = { key: unwrapKey(await masterKeys(config), fileOwner(id), wrapped), of: fileSeal(id, part) }
  const bytes = (from: number, to: number) =>
    unseal((first, end) => range(file, first, end), how, head, { from, to: Math.min(to, size) })
  const read = (from = 0, to = size) => Readable.from(bytes(from, to), { objectMode: false })
  return { size, version: id, read }
}

/** As long as its head says. */
export async function liesWhole(config: Folder, id: string, part: Part): Promise<boolean> {
  const file = sealedFile(config, id, part)
  const head = await headOf(file)
  return head !== null && isHead(head) && (await sizeOf(file)) === sealedSize(sizeIn(head))
}
export const liesClear = async (config: Folder, id: string, part: Part): Promise<boolean> =>
  (await sizeOf(clearFile(config, id, part))) !== null

const range = (file: string, from: number, to: number): Readable =>
  from >= to ? Readable.from([]) : createReadStream(file, { start: from, end: to - 1 })

const sizeOf = (file: string) => unlessGone(async () => (await stat(file)).size)
const headOf = (file: string) =>
  unlessGone(async () => {
    await using handle = await open(file)
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0)
    return buffer.subarray(0, bytesRead)
  })

async function unlessGone<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look()
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return null
    throw error
  }
}

/** What lay as it was sent, once it lies sealed. */
export async function removeClear(config: Folder, id: string): Promise<void> {
  for (const part of parts) await rm(clearFile(config, id, part), { force: true })
}

/** The file, its preview, and what was received of it by half, wherever they lie. */
export async function removeFiles(config: Folder, id: string): Promise<void> {
  await removeClear(config, id)
  for (const part of parts) await rm(sealedFile(config, id, part), { force: true })
  await rm(halfFile(config, id), { force: true })
  // After them: a sweep may have taken them there at this moment.
  await eraseStrays(config.dataDir, 'attachments', id)
}

/** Names that lie there and were not written to since `before`; ms. */
export async function namesBefore(config: Folder, before: number): Promise<string[]> {
  const found: string[] = []
  for (const name of await namesIn(folderOf(config))) {
    const written = await stat(path.join(folderOf(config), name)).catch(() => null)
    if (written && written.mtimeMs < before) found.push(name)
  }
  return found
}
export const removeNamed = (config: Folder, name: string): Promise<void> =>
  rm(path.join(folderOf(config), name), { force: true })
