/** What a lockfile says of one package; other fields are kept as they are. */
export interface LockedPackage {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

export interface Lockfile {
  packages: Record<string, LockedPackage>
}

interface Missing {
  name: string
  version: string
  dev: boolean
}

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64']
const EXACT = /^\d+\.\d+\.\d+/

/** Optional packages of one exact version that something in the lockfile asks for and that the lockfile does not hold. */
export function missingOptional({ packages }: Lockfile): Missing[] {
  const missing = new Map<string, Missing>()
  for (const [path, { optionalDependencies = {}, dev = false }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (EXACT.test(version) && !isFoundFrom(path, name, packages)) missing.set(name, { name, version, dev })
    }
  }
  return [...missing.values()]
}

/** The lockfile with an entry for each of them, held to its platform, which its name tells, so that no other installs it. */
export function completeLockfile(lockfile: Lockfile): Lockfile {
  const added = missingOptional(lockfile).map(({ name, version, dev }) => {
    const entry: LockedPackage = { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true }
    return [`node_modules/${name}`, entry] as const
  })
  const all = [...Object.entries(lockfile.packages), ...added].sort(([a], [b]) => a.localeCompare(b, 'en'))
  return { ...lockfile, packages: Object.fromEntries(all) }
}

function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const words = (name.split('/').at(-1) ?? '').split('-')
  const os = SYSTEMS.filter((system) => words.includes(system))
  const cpu = PROCESSORS.filter((processor) => words.includes(processor))
  if (os.length === 0 || cpu.length === 0) throw new Error(`The name of ${name} does not tell its platform`)
  if (words.some((word) => word.startsWith('musl'))) return { os, cpu, libc: ['musl'] }
  return words.some((word) => word.startsWith('gnu')) ? { os, cpu, libc: ['glibc'] } : { os, cpu }
}

/** As Node looks for it: below the package itself, then below each one that it lies in. */
function isFoundFrom(path: string, name: string, packages: Lockfile['packages']): boolean {
  for (let base = path; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    if (packages[base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`] !== undefined)
      return true
    if (base === '') return false
  }
}
