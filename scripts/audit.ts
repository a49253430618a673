/** `npm run audit`: whether the audit log is whole. The command's only file that touches the process. */
import { runAudit, usage } from './audit-commands.ts'
import { withDatabase } from './with-database.ts'

withDatabase(usage, async (deps, words) => {
  if (!(await runAudit(deps, words))) process.exitCode = 1
})
