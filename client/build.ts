/**
 * Builds the browser's parts into `client/dist`: `node client/build.ts [--force] [target…]`. A target whose sources
 * have not changed since it was last built is left alone.
 */
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { retireAssets } from './old-assets.ts'
import { dist, entries, type Target, targets, viteConfig } from './vite.config.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
/** What any target may be made of: the imports' rules let the client know no more of the server. */
const sources = ['client', 'server/contract', ...subjects(), 'package-lock.json']

/** The files of the server's folders that tell what each is about. */
function subjects(): string[] {
  return readdirSync(join(root, 'server'))
    .sort()
    .map((name) => `server/${name}/${name}.ts`)
    .filter((file) => existsSync(join(root, file)))
}

function filesUnder(path: string): string[] {
  if (path === join(root, 'client/dist')) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)))
}

function fingerprint(): string {
  const hash = createHash('sha256')
  for (const file of sources.flatMap((source) => filesUnder(join(root, source))))
    if (!/\.test\.tsx?$/.test(file))
      hash.update(file.slice(root.length)).update('\0').update(readFileSync(file))
  return hash.digest('hex')
}

const stampOf = (target: Target): string => join(dist, 'built', target)
const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')

async function buildTarget(target: Target, stamp: string): Promise<void> {
  rmSync(stampOf(target), { force: true })
  mkdirSync(join(dist, 'built'), { recursive: true })
  // The demo shop is plain files, as somebody else's shop would be.
  if (target === 'demo') cpSync(entries.demo, join(dist, 'demo'), { recursive: true })
  else {
    const made = namesOf(await build(viteConfig(target)))
    retireAssets(join(dist, 'assets', target), made, join(dist, 'built', `${target}.old.json`), Date.now())
  }
  writeFileSync(stampOf(target), stamp)
}

/** Of all files that the build has written. */
function namesOf(built: Awaited<ReturnType<typeof build>>): Set<string> {
  const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []))
  return new Set(outputs.map(({ fileName }) => basename(fileName)))
}

/** Builds what is out of date; tells each target's name and how long it took. */
export async function buildClient(
  wanted: readonly Target[] = targets,
  { force = false, told = (_line: string): void => undefined } = {},
): Promise<void> {
  const stamp = fingerprint()
  for (const target of wanted) {
    if (!existsSync(entries[target])) throw new Error(`${entries[target]} is missing`)
    if (!force && read(stampOf(target)) === stamp) continue
    const began = performance.now()
    await buildTarget(target, stamp)
    told(`client: built ${target} in ${((performance.now() - began) / 1_000).toFixed(1)} s`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // A test's or developer's setting would pull the libraries' development parts in.
  process.env.NODE_ENV = 'production'
  const asked = process.argv.slice(2)
  const wanted = targets.filter((target) => asked.includes(target))
  await buildClient(wanted.length > 0 ? wanted : targets, {
    force: asked.includes('--force'),
    told: (line) => process.stdout.write(`${line}\n`),
  })
}
