/** `npm run admin`: people and sites. */
import { runAdmin, usage } from './admin-commands.ts'
import { withDatabase } from './with-database.ts'

withDatabase(usage, runAdmin)
