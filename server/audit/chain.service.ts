/**
 * Hangs entries that are committed into the chain, a moment after their own transactions, which therefore never wait for each
 * other. One server at a time does it, whichever comes first.
 */
import { type Database, inTransaction, type Transaction } from '../storage/database.ts'
import { installationId } from '../storage/installation.ts'
import { beginning, type ChainEnd, extend } from './chain.ts'
import { endOfChain, lockChain, storeLinks, unlinkedEntries } from './chain.store.ts'
import { readHead, writeHead } from './head.ts'

type D = { db: Database; config: { dataDir: string } }

const AT_ONCE = 1_000

/** Told by what it finds; nothing is signed over it. */
export class BrokenChain extends Error {
  override name = 'BrokenChain'
}

/**
 * Links everything that waits. Returns how many entries that were. Throws `BrokenChain` when the database's last entry is not the
 * one that the signed head names: then something was cut off or written past us, and nothing may hide that.
 */
export async function linkEntries(d: D): Promise<number> {
  let linked = 0
  for (;;) {
    const batch = await inTransaction(d.db, (trx) => linkBatch(trx, d))
    if (batch > 0) await inTransaction(d.db, (trx) => settle(trx, d))
    linked += batch
    if (batch < AT_ONCE) return linked
  }
}

async function linkBatch(trx: Transaction, d: D): Promise<number> {
  if ((await unlinkedEntries(trx, 1)).length === 0) return 0
  await lockChain(trx)
  const installation = await installationId(trx)
  const end = await knownEnd(trx, d, installation)
  const entries = await unlinkedEntries(trx, AT_ONCE)
  const links: (ChainEnd & { id: string })[] = []
  let next = end
  for (const entry of entries) {
    next = extend(next, entry)
    links.push({ ...next, id: entry.id })
  }
  if (links.length === 0) return 0
  await storeLinks(trx, links)
  // Before the commit: if we die in between, the head names both ends that the database can have.
  await writeHead(d.config.dataDir, { installation, end, next })
  return links.length
}

/** The head names one end again. */
async function settle(trx: Transaction, d: D): Promise<void> {
  await lockChain(trx)
  const installation = await installationId(trx)
  const end = await knownEnd(trx, d, installation)
  await writeHead(d.config.dataDir, { installation, end, next: null })
}

async function knownEnd(trx: Transaction, d: D, installation: string): Promise<ChainEnd> {
  const end = (await endOfChain(trx)) ?? beginning(installation)
  const head = await readHead(d.config.dataDir).catch((error: unknown) => {
    throw new BrokenChain(
      `the head of the audit log: ${error instanceof Error ? error.message : String(error)}`,
    )
  })
  if (!head && end.place === 0) return end
  const named = head && head.installation === installation ? [head.end, head.next] : []
  if (named.some((one) => one?.place === end.place && one.link === end.link)) return end
  throw new BrokenChain(
    `the audit log has ${end.place} entries, its head names ${head ? head.end.place : 'none'}; see npm run audit`,
  )
}

/** Signs the end that the database has now, whatever the head says: for who has looked into what happened to it. */
export async function signAnew(d: D): Promise<ChainEnd> {
  return inTransaction(d.db, async (trx) => {
    await lockChain(trx)
    const installation = await installationId(trx)
    const end = (await endOfChain(trx)) ?? beginning(installation)
    await writeHead(d.config.dataDir, { installation, end, next: null })
    return end
  })
}
