/** Two people in two browser processes, each with a voice of its own. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const run = promisify(execFile)

/** The test page as one HTML text. Built in a process of its own: bundlers do not run inside Jest's realm. */
export async function buildPage(entry: string): Promise<string> {
  const script = join(import.meta.dirname, 'build-page.ts')
  const { stdout } = await run(process.execPath, [script, entry], {
    env: { ...process.env, NODE_ENV: 'production' },
    maxBuffer: 32 * 1024 * 1024,
  })
  return stdout
}

export type Person = { browser: Browser; close(): Promise<void> }

/** Another executable than this machine's Chromium, arguments on top, and the bytes of a `.y4m` file instead of what it makes up. */
export type HowPerson = { executablePath?: string; args?: string[]; camera?: Buffer | null }

export async function startPerson(voice: Buffer, how: HowPerson = {}): Promise<Person> {
  const folder = await mkdtemp(join(tmpdir(), 'voice-'))
  const file = join(folder, 'voice.wav')
  await writeFile(file, voice)
  const camera = join(folder, 'camera.y4m')
  if (how.camera) await writeFile(camera, how.camera)
  const browser = await chromium.launch({
    executablePath: how.executablePath ?? process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      ...(how.args ?? []),
      ...(how.camera ? [`--use-file-for-fake-video-capture=${camera}`] : []),
      '--no-sandbox',
      // A page answered by the test itself counts as a public one, which may not speak to this machine.
      '--disable-features=LocalNetworkAccessChecks',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      // Half of its frames: they are encoded in software, thrice each, on cores that several browsers share.
      '--use-fake-device-for-media-stream=fps=10',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-audio-capture=${file}`,
    ],
  })
  return {
    browser,
    async close() {
      await browser.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
