/** `npm run keys`: the master keys of recordings and files. */
import { runKeys, usage } from './keys-commands.ts'
import { withDatabase } from './with-database.ts'

withDatabase(usage, runKeys)
