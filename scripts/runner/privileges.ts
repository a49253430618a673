import { readFileSync, statSync } from 'node:fs'
import { runCommand, tryCommand } from '../../sfu/worker-build/command.ts'

/**
 * How to run PostgreSQL, which refuses to run as root.
 * `prefix` goes before the command. `owner` is who must own its folders, where that is not ourselves.
 */
export interface Unprivileged {
  prefix: string[]
  owner?: { uid: number; gid: number }
}

interface Account {
  uid: number
  gid: number
}

/**
 * As an ordinary user: nothing to do. As root there are two ways, and both can read below root's own 0700 folders:
 * a user namespace that shows root under another number, so that all files stay root's; or, where such namespaces are
 * forbidden (most containers), another account that keeps the one capability to pass folders closed to it.
 * Data that one way made is only ever used the same way.
 * @param data PostgreSQL's data folder, which may not exist yet
 * @param env whose PATH is searched. Throws when neither way is open.
 */
export async function unprivileged(data: string, env: NodeJS.ProcessEnv): Promise<Unprivileged> {
  if (process.getuid?.() !== 0) return { prefix: [] }
  const owner = statSync(data, { throwIfNoEntry: false })
  const account = serviceAccount()
  const namespace = inNamespace(account)
  const madeByRoot = owner === undefined || owner.uid === 0
  if (madeByRoot && (await works(namespace.prefix, env))) return namespace
  const other = asAccount(
    owner === undefined || owner.uid === 0 ? account : { uid: owner.uid, gid: owner.gid },
  )
  if (await works(other.prefix, env)) return other
  await runCommand(other.prefix[0] ?? '', [...other.prefix.slice(1), 'true'], { env })
  return other
}

function inNamespace({ uid, gid }: Account): Unprivileged {
  return { prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`] }
}

function asAccount(account: Account): Unprivileged {
  const { uid, gid } = account
  const capability = ['--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search']
  // Without this bit access(2), which PostgreSQL asks about its own binaries, ignores the capability.
  const securebits = ['--securebits', '+no_setuid_fixup']
  return {
    prefix: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...securebits, ...capability],
    owner: account,
  }
}

async function works([command = '', ...args]: string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  return (await tryCommand(command, [...args, 'true'], { env, timeoutMs: 5_000 })) !== undefined
}

/** PostgreSQL asks for its account's name, so the number must be a known one: "postgres" where there is one, else "nobody". */
function serviceAccount(): Account {
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const found = lines.find((fields) => fields[0] === name)
    if (found !== undefined) return { uid: Number(found[2]), gid: Number(found[3]) }
  }
  return { uid: 65_534, gid: 65_534 }
}
