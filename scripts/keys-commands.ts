/** What `npm run keys` can do. Prints through `tell`; throws what went wrong as a message for people. */
import { dropKey, type KeyUse, listKeys, rotateKeys } from '../server/sealing/keys.service.ts'
import type { KeyConfig } from '../server/sealing/master-keys.ts'
import type { Database } from '../server/storage/database.ts'

export const usage = `npm run keys -- COMMAND

  list        the master keys, and of how many recordings and files each wraps the keys
  rotate      makes a new one and wraps all those keys with it; cut off, it goes on when it is run again
  drop ID     forgets one that wraps nothing any more: copies of the database from before cannot be read then

Settings are read from the environment, as by npm start; Parley must be running.`

export type KeysDeps = { db: Database; config: KeyConfig; tell: (line: string) => void }

/** Runs one command. An unknown one throws the usage. */
export async function runKeys(deps: KeysDeps, [command, ...words]: string[]): Promise<void> {
  const [id, more] = words
  if (command === 'list' && id === undefined) return list(deps)
  if (command === 'rotate' && id === undefined) return rotate(deps)
  if (command === 'drop' && id !== undefined && more === undefined) {
    await dropKey(deps, id)
    return deps.tell(`${id} is forgotten`)
  }
  throw new Error(usage)
}

const counted = ({ recordings, files }: Pick<KeyUse, 'recordings' | 'files'>) =>
  `${recordings} recordings, ${files} files`

async function list(deps: KeysDeps): Promise<void> {
  for (const { id, active, missing, ...wrapped } of await listKeys(deps)) {
    const notes = [...(active ? ['wraps what is stored from now on'] : []), ...(missing ? ['MISSING'] : [])]
    deps.tell([id, counted(wrapped), ...notes].join('  '))
  }
}

async function rotate(deps: KeysDeps): Promise<void> {
  const { active, made, ...done } = await rotateKeys(deps)
  deps.tell(`${active} (${made ? 'new' : 'as it was'}) wraps everything; wrapped anew: ${counted(done)}`)
  for (const one of await listKeys(deps))
    if (!one.active && one.recordings + one.files === 0)
      deps.tell(`${one.id} wraps nothing any more: npm run keys -- drop ${one.id} forgets it`)
}
