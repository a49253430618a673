import { existsSync } from 'node:fs'
import { runCommand, tryCommand } from '../../sfu/worker-build/command.ts'
import type { Step } from './step.ts'

const APT_MS = 15 * 60_000

/**
 * Debian packages that must be there. Installed as root or through a sudo that asks nothing; otherwise the step fails with the
 * command that somebody who may has to run.
 * @param purpose what they are for, in the title: "for building the media worker"
 */
export function debianPackages(purpose: string, packages: string[]): Step {
  return {
    title: `Installing Debian packages ${purpose}`,
    done: async () => (await missingPackages(packages)).length === 0,
    run: async (report) => install(await missingPackages(packages), purpose, report),
  }
}

/** Those of the packages that are not installed. */
export async function missingPackages(packages: string[]): Promise<string[]> {
  const present = await Promise.all(packages.map(isInstalled))
  return packages.filter((_, index) => present[index] !== true)
}

async function isInstalled(name: string): Promise<boolean> {
  const status = await tryCommand('dpkg-query', ['-W', '-f', '${db:Status-Status}', name])
  return status === 'installed'
}

async function install(packages: string[], purpose: string, report: (text: string) => void): Promise<void> {
  const byHand = `apt-get install -y --no-install-recommends ${packages.join(' ')}`
  if (!existsSync('/usr/bin/apt-get')) {
    throw new Error(
      `Packages ${purpose} are missing and this is no Debian. On Debian 12 it would be: ${byHand}`,
    )
  }
  const prefix = await rootPrefix()
  if (prefix === undefined) {
    throw new Error(
      `Packages ${purpose} are missing and need root. Please run, then start again:\n  sudo ${byHand}`,
    )
  }
  const apt = (args: string[]) => {
    const [command = '', ...rest] = [
      ...prefix,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-q',
      // A machine that was just started brings itself up to date; whoever starts Parley on it waits for that.
      '-o',
      'DPkg::Lock::Timeout=120',
      ...args,
    ]
    return runCommand(command, rest, { timeoutMs: APT_MS, onLine: report })
  }
  const installation = ['install', '-y', '--no-install-recommends', ...packages]
  try {
    await apt(installation)
  } catch {
    // Never updated, or updated long ago: the lists name packages that are not there any more.
    report('updating the package lists')
    await apt(['update'])
    await apt(installation)
  }
}

/** How to run a command as root: nothing when we are, sudo when it does not ask; undefined when there is no way. */
async function rootPrefix(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return []
  const sudo = await tryCommand('sudo', ['-n', 'true'], { timeoutMs: 5_000 })
  return sudo === undefined ? undefined : ['sudo', '-n']
}
