/** Recordings with a secret tone in them, in each state in which one may lie on the disk. */
import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { v7 as newId } from 'uuid'
import { finaliseFolder, removeRaw } from '../../../sfu/recording/finalise.ts'
import { codedTone, type Tone } from '../../../sfu/testing/coded-tone.ts'
import { RawRecording } from '../../../sfu/testing/raw-recording.ts'
import { createLogger } from '../../logger.ts'
import { storeFinished } from '../../recording/store.service.ts'
import { findStored } from '../../recording/stored.store.ts'
import { masterKeys, unwrapKey } from '../../sealing/master-keys.ts'
import { recordingOwner, recordingSeal } from '../../sealing/owner.ts'
import type { Seal } from '../../sealing/sealed.ts'
import type { Ground, Planted } from './plant.ts'

/** As the media node writes it, as it lies once it is finalised, and as it lies in the end. */
export type State = 'written' | 'finalised' | 'sealed'
/** ms of sound. */
const SECONDS = 2

type Wanted = { tone: Tone; state: State; begin: number; voicemail?: true }

/** A call of the conversation in which the visitor sounds the tone. Resolves with its id. */
export async function plantSound(
  { db, dataDir }: Ground,
  { conversationId }: Planted,
  { tone, state, begin, voicemail }: Wanted,
): Promise<string> {
  const callId = newId()
  const at = new Date(begin)
  const over = { ended_at: at, finalised_at: state === 'written' ? null : at }
  await db
    .insertInto('call')
    .values({
      ...{ id: callId, conversation_id: conversationId, media: 'voice', asked_by: 'visitor' },
      ...{ asked_at: at, answered_at: at, ...over },
    })
    .execute()
  await db
    .insertInto('segment')
    .values({ id: newId(), call_id: callId, seat_id: 'visitor', source: 'mic', opened_at: at })
    .execute()
  if (voicemail) {
    const payload = JSON.stringify({ callId, media: 'voice', by: 'visitor', voicemail })
    await db
      .insertInto('conversation_event')
      .values({
        ...{ conversation_id: conversationId, seq: 100, at, type: 'callAsked', v: 1, payload },
        actor_kind: 'visitor',
      })
      .execute()
  }
  const folder = path.join(dataDir, 'recordings', callId)
  await mkdir(folder, { recursive: true })
  const raw = await RawRecording.begin(callId, { folder, server: begin })
  const voice = { seat: 'visitor', role: 'visitor', begins: 0, seconds: SECONDS } as const
  await raw.sound({ ...voice, packet: () => codedTone(tone), level: () => 10 })
  await raw.end()
  if (state === 'written') return callId
  await finaliseFolder(folder)
  await removeRaw(folder)
  if (state === 'sealed') await sealIt({ db, dataDir }, callId)
  return callId
}

/** It alone: others lie there as their tests want them. */
async function sealIt({ db, dataDir }: Pick<Ground, 'db' | 'dataDir'>, callId: string): Promise<void> {
  const others = (await readdir(path.join(dataDir, 'recordings'))).filter((one) => one !== callId)
  const never = new Map(others.map((one) => [one, Number.POSITIVE_INFINITY]))
  const taken = await storeFinished(
    { db, config: { dataDir }, log: createLogger('silent') },
    undefined,
    never,
  )
  if (taken !== 1) throw new Error('it was not sealed')
}

/** What opens the files of a sealed recording. */
export async function sealsOf(
  { db, dataDir }: Pick<Ground, 'db' | 'dataDir'>,
  callId: string,
): Promise<Seal[]> {
  const stored = await findStored(db, callId)
  if (!stored) return []
  const key = unwrapKey(await masterKeys({ dataDir }), recordingOwner(stored), stored)
  return stored.files.map(({ name }) => ({ key, of: recordingSeal({ ...stored, name }) }))
}
