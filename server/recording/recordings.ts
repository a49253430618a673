/** The one way to the files of finalised recordings, wherever they lie. Whoever may have one is decided before. */
import { Readable } from 'node:stream'
import { INDEX_FILE } from '../../sfu/control/recording-folder.ts'
import { ReplayIndex } from '../../sfu/control/replay-index.ts'
import type { Database } from '../storage/database.ts'
import { eraseStrays } from '../storage/strays.ts'
import { type ReadableFile, wherever } from '../sealing/file.ts'
import { createFolder } from './folder.ts'
import { type KeyConfig, masterKeys, unwrapKey } from '../sealing/master-keys.ts'
import { createS3, isSilent, type S3, type S3Config } from './s3.ts'
import { recordingOwner, recordingSeal } from '../sealing/owner.ts'
import { sizeIn, unseal } from '../sealing/sealed.ts'
import { eraseIn } from './ship.service.ts'
import { findStored, type Stored } from './stored.store.ts'
import { createVault, s3Name, type Sealed } from './vault.ts'

export type Recordings = {
  /** Null: nothing was recorded, or it is not finalised yet. Throws what is wrong with an index that is there. */
  index(callId: string): Promise<ReplayIndex | null>
  /** Null: it is none that the recording's index names, or is not there. */
  open(callId: string, file: string): Promise<ReadableFile | null>
  /** All files of a call. Those of one that is gone already are gone. Throws what the store says once all here are gone. */
  erase(callId: string): Promise<void>
}

type D = { db: Database; config: KeyConfig & { s3?: S3Config | null } }

/** A store that did not answer is not asked to erase for so long: of many each would wait for it anew. */
const SILENT_MS = 60_000

export function createRecordings(d: D): Recordings {
  const folder = createFolder(d.config.dataDir)
  const vault = createVault(d.config.dataDir)
  const s3 = d.config.s3 ? createS3(d.config.s3) : null
  let silent: { until: number; fault: unknown } | null = null
  const eraseThere = async (store: S3, callId: string): Promise<void> => {
    if (silent && performance.now() < silent.until) throw silent.fault
    await eraseIn(store, callId).catch((fault: unknown) => {
      if (isSilent(fault)) silent = { until: performance.now() + SILENT_MS, fault }
      throw fault
    })
  }
  const fetched = ({ place, callId }: Stored, sealed: Sealed, from: number, to: number): Readable => {
    if (place === 'folder') return vault.fetch(sealed, from, to)
    if (!s3) throw new Error(`the recording of call ${callId} lies in S3, which is not set`)
    return s3.fetch(s3Name(sealed), from, to)
  }

  const stored = async (found: Stored, name: string): Promise<ReadableFile | null> => {
    const file = found.files.find((one) => one.name === name)
    if (!file) return null
    const { callId, generation } = found
    const key = unwrapKey(await masterKeys(d.config), recordingOwner(found), found)
    const fetch = (from: number, to: number) => fetched(found, { callId, generation, name }, from, to)
    const size = sizeIn(file.head)
    const read = (from = 0, to = size) =>
      Readable.from(
        unseal(fetch, { key, of: recordingSeal({ generation, name }) }, file.head, {
          from,
          to: Math.min(to, size),
        }),
        {
          objectMode: false,
        },
      )
    return { size, version: file.version, read }
  }

  const find = async (callId: string, name: string): Promise<ReadableFile | null> => {
    const known = await findStored(d.db, callId)
    if (known) return stored(known, name)
    if (name !== INDEX_FILE && !(await namesIt(callId, name))) return null
    return folder.open(callId, name)
  }
  const namesIt = async (callId: string, name: string) => {
    const index = await folder.open(callId, INDEX_FILE)
    return index !== null && filesOf(await parsed(index)).includes(name)
  }

  const open = async (callId: string, name: string): Promise<ReadableFile | null> => {
    const file = await find(callId, name)
    // It may be taken elsewhere between now and when it is read.
    return file && wherever(file, () => find(callId, name))
  }

  return {
    async index(callId) {
      const file = await open(callId, INDEX_FILE)
      return file && parsed(file)
    },
    open: async (callId, file) => (file === INDEX_FILE ? null : open(callId, file)),
    async erase(callId) {
      await folder.erase(callId)
      await vault.erase(callId)
      // After them: a sweep may have taken them there at this moment.
      for (const kind of ['recordings', 'vault'] as const) await eraseStrays(d.config.dataDir, kind, callId)
      if (s3) await eraseThere(s3, callId)
    },
  }
}

async function parsed(index: ReadableFile): Promise<ReplayIndex> {
  const parts: Buffer[] = []
  for await (const part of index.read()) parts.push(part)
  return ReplayIndex.parse(JSON.parse(Buffer.concat(parts).toString()))
}

/** Names of the media that an index tells of. */
export function filesOf({ audio, further, asides, video }: ReplayIndex): string[] {
  return [...(audio ? [audio] : []), ...further, ...asides, ...video].map(({ file }) => file)
}
