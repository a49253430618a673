// The first thing that `npm start`, `npm test` and the other scripts run. It must work on the oldest supported Node with nothing
// installed: plain JavaScript, Node's own modules only. It installs the exact dependencies, among them the Node that Parley runs
// on, and hands over to scripts/NAME.ts under that Node.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const RUNTIME_MAJOR = 24
const OLDEST_NODE = [20, 20]
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const MODULES = join(ROOT, 'node_modules')
const LOCKFILE = join(ROOT, 'package-lock.json')
const STAMP = join(MODULES, '.parley-installed')

async function main() {
  const [name = '', ...args] = process.argv.slice(2)
  checkPlatform()
  if (!isInstalled()) {
    refuseWhileRunning()
    await install()
  }
  const script = join(ROOT, 'scripts', `${name}.ts`)
  if (!existsSync(script)) throw new Error(`There is no script "${name}" (${script})`)
  const node = runtime()
  const path = [dirname(node), process.env.PATH].filter(Boolean).join(':')
  process.exitCode = await run(node, ['--disable-warning=ExperimentalWarning', script, ...args], {
    env: { ...process.env, PATH: path },
  })
}

function checkPlatform() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new Error(`Node ${OLDEST_NODE.join('.')} or newer is needed, this is ${process.versions.node}`)
  }
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new Error(`Parley runs on Linux on x64 and arm64, this is ${process.platform} on ${process.arch}`)
  }
}

/** npm would take the packages away from under it, PostgreSQL's programs among them. */
function refuseWhileRunning() {
  const pid = runningParley()
  if (pid === null) return
  throw new Error(
    `Parley runs (process ${pid}), and other packages are needed now. Stop it first, then try again.`,
  )
}

/** Number of the process that has the data folder, by its record and its start; null when there is none. */
function runningParley() {
  try {
    const record = join(process.env.DATA_DIR || './data', 'run', 'runner.json')
    const { pid, startTime } = JSON.parse(readFileSync(record, 'utf8'))
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return startTime === `${boot}/${started}` ? pid : null
  } catch {
    // No record, or of a process that is gone.
    return null
  }
}

/** Whether node_modules is what the lockfile says, by our stamp or, where npm was run by hand, by npm's own list. */
function isInstalled() {
  const hash = lockfileHash()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return true
  if (!matchesLockfile()) return false
  writeFileSync(STAMP, hash)
  return true
}

function matchesLockfile() {
  const list = join(MODULES, '.package-lock.json')
  if (!existsSync(list)) return false
  const wanted = packagesOf(LOCKFILE)
  const present = packagesOf(list)
  const same = (path) => present[path]?.version === wanted[path]?.version
  const missing = (path) => present[path] === undefined && (wanted[path].optional || wanted[path].devOptional)
  return (
    Object.keys(wanted).every((path) => path === '' || same(path) || missing(path)) &&
    Object.keys(present).every((path) => wanted[path] !== undefined)
  )
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages
}

function lockfileHash() {
  return createHash('sha256').update(readFileSync(LOCKFILE)).digest('hex')
}

async function install() {
  const total = Object.keys(packagesOf(LOCKFILE)).length - 1
  console.log(`Installing ${total} packages, exactly as package-lock.json says …`)
  const started = Date.now()
  const ticker = setInterval(() => console.log(`  still installing, ${seconds(started)} s`), 10_000)
  const npm = process.env.npm_execpath
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const args = [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  // npm tells its scripts its settings by the environment; a second npm must not take them for the user's.
  const kept = Object.entries(process.env).filter(
    ([key]) => !/^npm_(?!config_(cache|registry|userconfig)$)/i.test(key),
  )
  const code = await run(command, args, { env: Object.fromEntries(kept) })
  clearInterval(ticker)
  if (code !== 0) throw new Error('The packages could not be installed; npm says why above')
  writeFileSync(STAMP, lockfileHash())
  console.log(`  done in ${seconds(started)} s`)
}

/** The Node to run on: this one where it is new enough, else the one from npm. */
function runtime() {
  if (Number(process.versions.node.split('.')[0]) >= RUNTIME_MAJOR) return process.execPath
  const binary = join(MODULES, `node-linux-${process.arch}`, 'bin', 'node')
  if (!existsSync(binary))
    throw new Error(`Node ${RUNTIME_MAJOR} is missing: ${binary}. Remove node_modules and start again.`)
  return binary
}

/**
 * Runs a program in the foreground, passing signals on. Gives its exit code. We listen to the end of our own life: a late copy
 * of a signal (npm passes on what the terminal has sent to all already) must not turn the program's orderly end into ours by
 * that signal.
 */
function run(command, args, options) {
  const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', ...options })
  // From a terminal the program gets Ctrl-C twice this way, by itself and from us; it takes the two for one.
  for (const name of SIGNALS) process.on(name, () => child.kill(name))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(signal === null ? code : 1))
  })
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000)
}

main().catch((error) => {
  console.error(`\n${error.message}`)
  process.exitCode = 1
})
