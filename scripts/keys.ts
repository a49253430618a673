/** `npm run keys`: the master keys of recordings. */
import { runKeys, usage } from './keys-commands.ts'
import { withDatabase } from './with-database.ts'

withDatabase(usage, runKeys)
