import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'

export interface CommandOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** After this many milliseconds the command is killed and counts as failed. */
  timeoutMs?: number
  /** Called with each whole line of standard output or standard error, as it comes. */
  onLine?: (line: string) => void
  /** A file that gets everything the command prints. */
  log?: string
}

const LINES_KEPT = 20

/** A command that ended with anything but 0. The message holds its last lines. */
export class CommandError extends Error {
  readonly code: number | null
  /** Its last lines. */
  readonly output: string

  constructor(command: string, code: number | null, signal: string | null, tail: string[]) {
    const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`
    super([`${command} ${how}`, ...tail.map((line) => `  ${line}`)].join('\n'))
    this.name = 'CommandError'
    this.code = code
    this.output = tail.join('\n')
  }
}

/**
 * Runs a command to its end, without a shell and without standard input.
 * @returns its standard output. Throws CommandError when it fails, or the spawn error when it cannot be run.
 */
export function runCommand(command: string, args: string[], options: CommandOptions = {}): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  endWithUs(child)
  const tail: string[] = []
  let output = ''
  const keep = (line: string) => {
    tail.push(line)
    if (tail.length > LINES_KEPT) tail.shift()
    options.onLine?.(line)
  }
  const listen = (stream: NodeJS.ReadableStream, each: (text: string) => void) => {
    const lines = lineSplitter(keep)
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      if (options.log !== undefined) appendFileSync(options.log, text)
      each(text)
      lines.push(text)
    })
    stream.on('end', lines.end)
  }
  listen(child.stdout, (text) => {
    output += text
  })
  listen(child.stderr, () => {})
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output)
      else reject(new CommandError([command, ...args].join(' '), code, signal, tail))
    })
  })
}

/** As runCommand, but a failure of any kind gives undefined. For questions whose "no" is an answer. */
export async function tryCommand(
  command: string,
  args: string[],
  options: CommandOptions = {},
): Promise<string | undefined> {
  return runCommand(command, args, options).catch(() => undefined)
}

const running = new Set<ChildProcess>()

/** A build must not go on when whoever asked for it is gone. */
function endWithUs(child: ChildProcess): void {
  if (running.size === 0) process.once('exit', killRunning)
  running.add(child)
  child.on('close', () => {
    running.delete(child)
    if (running.size === 0) process.off('exit', killRunning)
  })
}

function killRunning(): void {
  for (const child of running) child.kill('SIGKILL')
}

function lineSplitter(each: (line: string) => void) {
  let rest = ''
  return {
    push(text: string) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      lines.forEach(each)
    },
    end() {
      if (rest !== '') each(rest)
      rest = ''
    },
  }
}
