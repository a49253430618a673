/** What `npm run admin` can do. Prints through `tell`; throws what went wrong as a message for people. */
import { atTheMachine } from '../server/audit/audit.store.ts'
import { addPerson, linkFor } from '../server/agent/person.service.ts'
import { findByLogin, listPeople, type StoredPerson } from '../server/agent/person.store.ts'
import { Role } from '../server/contract/desk.ts'
import { AppError } from '../server/contract/errors.ts'
import { NewSite } from '../server/contract/site.ts'
import { NewPersonInput } from '../server/contract/http.ts'
import { parseInput } from '../server/http/input.ts'
import { setHoldAudio } from '../server/site/hold-audio.service.ts'
import { addSite, setCookieDomain, snippetOf } from '../server/site/site.service.ts'
import { listSites } from '../server/site/site.store.ts'
import type { Database } from '../server/storage/database.ts'

export const usage = `npm run admin -- COMMAND

  add-person LOGIN NAME ROLE    ROLE: ${Role.options.join(', ')}
  link LOGIN                    a new one-time link to sign in and set a password
  add-site NAME ORIGIN…         for example: add-site "My shop" https://shop.example
  hold-audio SITE FILE          what people on hold hear at the site of that key; silence: nothing
  cookie-domain SITE DOMAIN     lets a cookie carry the visitors of that key's site over DOMAIN; none: no cookie
  list                          people and sites

Settings are read from the environment, as by npm start; Parley must be running.`

export type AdminDeps = {
  db: Database
  config: { publicUrl: string; dataDir: string }
  now: () => Date
  tell: (line: string) => void
}

/** Runs one command. An unknown one, or one with too few words, throws the usage. */
export async function runAdmin(deps: AdminDeps, [command, ...words]: string[]): Promise<void> {
  const [first = '', ...rest] = words
  if (command === 'add-person' && words.length === 3) return newPerson(deps, first, rest)
  if (command === 'link' && words.length === 1) return newLink(deps, first)
  if (command === 'add-site' && words.length >= 2) return newSite(deps, first, rest)
  if (command === 'hold-audio' && words.length === 2) return holdAudio(deps, first, rest)
  if (command === 'cookie-domain' && words.length === 2) return cookieDomain(deps, first, rest)
  if (command === 'list' && words.length === 0) return list(deps)
  throw new Error(usage)
}

/** What is wrong, as the one who typed it knows it. */
const mended: Record<string, string> = {
  role: `ROLE is one of ${Role.options.join(', ')}`,
  origins: 'ORIGIN is like https://shop.example, without a path',
}

function typed<T>(schema: Parameters<typeof parseInput<T>>[0], words: unknown): T {
  try {
    return parseInput(schema, words)
  } catch (error) {
    const field = error instanceof AppError ? error.detail?.field?.split('.')[0] : undefined
    throw field !== undefined && mended[field] !== undefined ? new Error(mended[field]) : error
  }
}

async function newPerson(deps: AdminDeps, login: string, [name, role]: string[]): Promise<void> {
  const person = await addPerson(deps.db, atTheMachine, typed(NewPersonInput, { login, name, role }))
  deps.tell(`${person.name} (${person.login}), ${person.role}`)
  await tellLink(deps, person)
}

async function newLink(deps: AdminDeps, login: string): Promise<void> {
  const person = await findByLogin(deps.db, login)
  if (!person) throw new Error(`Nobody signs in as ${login}`)
  await tellLink(deps, person)
}

async function tellLink(deps: AdminDeps, person: StoredPerson): Promise<void> {
  deps.tell('Sign in once, within 15 minutes, and set a password:')
  const link = await linkFor(deps.db, deps, atTheMachine, person)
  deps.tell(`  ${link.replace('/desk#', '/desk/welcome#')}`)
}

async function newSite({ db, config, tell }: AdminDeps, name: string, origins: string[]): Promise<void> {
  const site = await addSite(db, typed(NewSite, { name, origins }))
  tell(`${site.config.name}: ${site.origins.join(' ')}`)
  tell(`  ${snippetOf(config.publicUrl, site.config)}`)
  tell('Secret with which the shop signs the ids of its people; keep it on the shop’s server:')
  tell(`  ${site.secret}`)
}

async function holdAudio({ db, config, tell }: AdminDeps, key: string, [file = '']: string[]): Promise<void> {
  const silence = file === 'silence'
  await setHoldAudio({ db, dataDir: config.dataDir }, key, silence ? null : file)
  tell(silence ? 'People on hold hear nothing' : `People on hold hear ${file}`)
}

async function cookieDomain({ db, tell }: AdminDeps, key: string, [domain = '']: string[]): Promise<void> {
  await setCookieDomain(db, key, domain === 'none' ? null : domain)
  tell(domain === 'none' ? 'No cookie carries visitors' : `A cookie may carry visitors over ${domain}`)
}

async function list({ db, config, tell }: AdminDeps): Promise<void> {
  tell('People')
  for (const { name, login, role, passwordHash } of await listPeople(db)) {
    tell(`  ${name} (${login}), ${role}${passwordHash ? '' : ', no password yet'}`)
  }
  tell('Sites')
  for (const site of await listSites(db)) {
    tell(`  ${site.config.name}: ${site.origins.join(' ')}`)
    tell(`    ${snippetOf(config.publicUrl, site.config)}`)
  }
}
