import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runCommand } from '../../sfu/worker-build/command.ts'
import { ROOT } from './project.ts'
import type { Step } from './step.ts'

const BUILD = join(ROOT, 'client', 'build.ts')
const OUTPUT = join(ROOT, 'client', 'dist')
const STAMP = join(OUTPUT, '.parley-built')

/** Builds what browsers load into client/dist, when anything it is made from has changed. */
export function clientBuild(): Step {
  return {
    title: "Building the browsers' part",
    done: () => existsSync(STAMP) && readFileSync(STAMP, 'utf8') === inputsHash(),
    run: async (report) => {
      const hash = inputsHash()
      const args = [BUILD]
      const env = { ...process.env, NODE_ENV: 'production' }
      await runCommand(process.execPath, args, { cwd: ROOT, env, onLine: report })
      writeFileSync(STAMP, hash)
    },
  }
}

/** A hash over all that the build reads: the client, the wire and domain files of the server, the lockfile. */
function inputsHash(): string {
  const hash = createHash('sha256')
  for (const file of [...sources('client'), ...sources('server'), join(ROOT, 'package-lock.json')]) {
    hash.update(`\0${relative(ROOT, file)}\0`).update(readFileSync(file))
  }
  return hash.digest('hex')
}

const SERVER_ONLY = /\.(service|store|table|routes|socket)\.ts$/
const TESTS = /\.test\.tsx?$/

function sources(top: 'client' | 'server'): string[] {
  const folder = join(ROOT, top)
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('dist') && !TESTS.test(name))
    .filter((name) => top === 'client' || (name.endsWith('.ts') && !SERVER_ONLY.test(name)))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort()
}
