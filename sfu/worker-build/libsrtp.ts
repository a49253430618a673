import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './command.ts'
import { SRTP_OPTIONS } from './recipe.ts'

const SOURCE_LISTS = '/etc/apt/sources.list.d'

/**
 * Builds Debian's libsrtp2 from its source package, with OpenSSL's ciphers, into `folder`/prefix. The source comes through a
 * package list of our own inside `folder`; the machine's lists and sources stay as they are.
 * @returns the folder to put into PKG_CONFIG_PATH. Throws when the source is not to be had or does not build.
 */
export async function buildLibsrtp(folder: string, log: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const apt = await privateApt(folder)
  await runCommand('apt-get', [...apt, '-q', 'update'], { timeoutMs: 60_000, log })
  await runCommand('apt-get', [...apt, '-q', 'source', 'libsrtp2'], { cwd: folder, timeoutMs: 60_000, log })
  const source = (await readdir(folder)).find((name) => /^libsrtp2-\d/.test(name))
  if (source === undefined) throw new Error('The source package of libsrtp2 did not unpack.')
  const prefix = join(folder, 'prefix')
  const build = join(folder, 'build')
  const setup = ['setup', build, join(folder, source), '--prefix', prefix, '--libdir', 'lib', ...SRTP_OPTIONS]
  await runCommand('meson', setup, { log })
  await runCommand('ninja', ['-C', build, 'install'], { log })
  return join(prefix, 'lib', 'pkgconfig')
}

/** Options that make apt-get read only source lists derived from the machine's Debian lists, kept in `folder`. */
async function privateApt(folder: string): Promise<string[]> {
  const parts = join(folder, 'sources')
  const cache = join(folder, 'cache')
  const lists = join(folder, 'lists')
  for (const made of [parts, join(lists, 'partial'), join(cache, 'archives', 'partial')]) {
    await mkdir(made, { recursive: true })
  }
  for (const [name, text] of await machineLists()) {
    const sources = toSourceEntries(name, text)
    if (sources !== '') await writeFile(join(parts, name), sources)
  }
  const settings = {
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': parts,
    'Dir::State::Lists': lists,
    'Dir::Cache': cache,
    'APT::Sandbox::User': '',
  }
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])
}

async function machineLists(): Promise<[string, string][]> {
  const names = await readdir(SOURCE_LISTS).catch(() => [])
  const inFolder = names
    .filter((name) => /\.(list|sources)$/.test(name))
    .map((name) => readFile(join(SOURCE_LISTS, name), 'utf8').then((text): [string, string] => [name, text]))
  const main = readFile('/etc/apt/sources.list', 'utf8').catch(() => '')
  return [...(await Promise.all(inFolder)), ['main.list', await main]]
}

/**
 * The Debian entries of one apt list, turned from binary into source entries.
 * @param name the list's file name; its suffix tells the format (.list or .sources)
 */
export function toSourceEntries(name: string, text: string): string {
  const isDebian = (entry: string) => /\bdebian(-security)?\/?(\s|$)/m.test(entry)
  if (name.endsWith('.list')) {
    const lines = text.split('\n').filter((line) => /^deb\s/.test(line) && isDebian(line))
    return lines.map((line) => `${line.replace(/^deb/, 'deb-src')}\n`).join('')
  }
  const stanzas = text
    .split(/\n\s*\n/)
    .filter((stanza) => /^Types:.*\bdeb\b/m.test(stanza) && isDebian(stanza))
  return stanzas.map((stanza) => `${stanza.trim().replace(/^Types:.*$/m, 'Types: deb-src')}\n`).join('\n')
}
