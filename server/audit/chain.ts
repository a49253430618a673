/** How the entries of the audit log hang together. Digests are SHA-256. Only what the database stores goes in, to the letter. */
import { createHash } from 'node:crypto'

/** An entry as it is stored: times in µs, digests in hex. Holds ids and figures, no words of people. */
export type StoredEntry = {
  id: string
  at: string
  personId: string
  action: string
  kind: string
  subjectId: string
  facts: string | null
  contentDigest: string | null
}

/** Where the chain ends: how many entries it has, and the link of the last, in hex. */
export type ChainEnd = { place: number; link: string }

const sha256 = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest()

/** What the first entry hangs on, so that no installation's chain passes for another's. */
export const beginning = (installationId: string): ChainEnd => ({
  place: 0,
  link: sha256(`parley audit ${installationId}`).toString('hex'),
})

/** The chain's end with one entry more. */
export function extend(end: ChainEnd, entry: StoredEntry): ChainEnd {
  const { id, at, personId, action, kind, subjectId, facts, contentDigest } = entry
  const place = end.place + 1
  const all = [place, end.link, id, at, personId, action, kind, subjectId, facts, contentDigest]
  return { place, link: sha256(JSON.stringify(all)).toString('hex') }
}

/** Salted, so that nobody can find out by trying names what was written once it is erased. */
export const contentDigest = (salt: Buffer, body: string): Buffer =>
  sha256(Buffer.concat([salt, Buffer.from(body)]))
