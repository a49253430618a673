import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './command.ts'
import { buildLibsrtp } from './libsrtp.ts'
import { applyEdit, MESON_OPTIONS, OVERLAY, SOURCE_EDITS } from './recipe.ts'

export interface BuildPlan {
  /** node_modules/mediasoup */
  mediasoup: string
  /** An empty folder to work in. */
  folder: string
  /** A file for all that the tools print. */
  log: string
  report: (text: string) => void
}

/**
 * Compiles the media worker from the source in mediasoup's npm package against the system's libraries.
 * @returns the path of the binary, inside `folder`. Throws with the failing tool's last lines.
 */
export async function buildWorker(plan: BuildPlan): Promise<string> {
  const source = join(plan.folder, 'source')
  const build = join(plan.folder, 'build')
  await prepareSource(plan.mediasoup, source)
  const env = { ...process.env, ...(await srtpEnvironment(plan)) }
  plan.report('configuring')
  await runCommand('meson', ['setup', build, source, ...MESON_OPTIONS], { env, log: plan.log })
  await runCommand('ninja', ['-C', build, 'mediasoup-worker'], {
    env,
    log: plan.log,
    onLine: (line) => {
      const step = /^\[(\d+)\/(\d+)\]/.exec(line)
      if (step) plan.report(`compiling ${step[1]}/${step[2]}`)
    },
  })
  return join(build, 'mediasoup-worker')
}

/** Copies the worker's source to `target`, lays the overlay over it and makes the edits. */
export async function prepareSource(mediasoup: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true })
  await cp(join(mediasoup, 'worker'), target, { recursive: true })
  const subprojects = join(target, 'subprojects')
  for (const name of await readdir(subprojects)) {
    if (name.endsWith('.wrap')) await rm(join(subprojects, name))
  }
  await cp(OVERLAY, target, { recursive: true })
  for (const edit of SOURCE_EDITS) {
    const file = join(target, edit.file)
    await writeFile(file, applyEdit(await readFile(file, 'utf8'), edit))
  }
}

/** The faster libsrtp where it can be built; else nothing, and the packaged one is found. */
async function srtpEnvironment(plan: BuildPlan): Promise<NodeJS.ProcessEnv> {
  plan.report('building libsrtp with OpenSSL')
  try {
    const pkgConfig = await buildLibsrtp(join(plan.folder, 'libsrtp'), plan.log)
    return { PKG_CONFIG_PATH: [pkgConfig, process.env.PKG_CONFIG_PATH].filter(Boolean).join(':') }
  } catch (error) {
    plan.report(`libsrtp's source is not to be had, using the packaged one (${firstLine(error)})`)
    return {}
  }
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? ''
}
