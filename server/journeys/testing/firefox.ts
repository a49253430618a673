/** Debian's Firefox, driven by WebDriver BiDi over its own WebSocket: what playwright's patched one cannot show. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const BINARY = process.env.FIREFOX ?? '/usr/bin/firefox-esr'

export const firefoxIsHere = (): boolean => existsSync(BINARY)

/** Hz of the steady tone that its fake microphone gives. */
export const FIREFOX_TONE = 1_000

const PREFS: Record<string, unknown> = {
  'media.navigator.streams.fake': true,
  'media.navigator.audio.fake_frequency': FIREFOX_TONE,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.autoplay.block-webaudio': false,
  'intl.accept_languages': 'en-GB, en',
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'app.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
}

type Result = Record<string, unknown>
type Reply = { id?: number; result?: Result; error?: string; message?: string }
type Element = { sharedId: string }
/** As BiDi says it: only what comes back here. */
type Remote = { type: string; value?: unknown; sharedId?: string }

export type FirefoxPage = {
  /** Calls a function, which may be asynchronous, in the page, or in its frame whose address holds `frame`. */
  call<A extends unknown[], R>(act: (...args: A) => R, args: A, frame?: string): Promise<Awaited<R>>
  /** A true click, with all that it permits, on the button of that name; waits for it. */
  press(name: string, frame?: string): Promise<void>
  /** Types into the field of that name. */
  type(name: string, text: string, frame?: string): Promise<void>
}

export type Firefox = {
  /** `before` runs in each frame before its own code. */
  open(url: string, before: () => void): Promise<FirefoxPage>
  close(): Promise<void>
}

export async function startFirefox(): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), 'firefox-'))
  const prefs = Object.entries(PREFS).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  )
  await writeFile(join(profile, 'user.js'), prefs.join('\n'))
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0']
  // Its sandbox and its caches want a home of its own.
  const env = { ...process.env, HOME: profile, MOZ_DISABLE_CONTENT_SANDBOX: '1' }
  const child = spawn(BINARY, args, { stdio: ['ignore', 'ignore', 'pipe'], env })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const { send, end } = await connect(`${await addressOf(child)}/session`)
  await send('session.new', { capabilities: {} })
  return {
    async open(url, before) {
      await send('script.addPreloadScript', { functionDeclaration: String(before) })
      const { context } = await send('browsingContext.create', { type: 'tab' })
      await send('browsingContext.navigate', { context, url, wait: 'complete' })
      return pageOf(send, String(context))
    },
    async close() {
      end()
      child.kill('SIGTERM')
      await gone
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  let said = ''
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString()
      const [, address] = /WebDriver BiDi listening on (ws:\S+)/.exec(said) ?? []
      if (address) resolve(address)
    })
    child.once('exit', (code) => reject(new Error(`Firefox ended with code ${code}:\n${said}`)))
  })
}

type Send = (method: string, params: Result) => Promise<Result>

async function connect(url: string): Promise<{ send: Send; end(): void }> {
  const socket = new WebSocket(url)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('no way to Firefox')))
  })
  const waiting = new Map<number, (reply: Reply) => void>()
  let count = 0
  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply
    waiting.get(reply.id ?? 0)?.(reply)
    waiting.delete(reply.id ?? 0)
  })
  return {
    send: (method, params) =>
      new Promise((resolve, reject) => {
        waiting.set(++count, ({ result, error, message }) => {
          if (result) resolve(result)
          else reject(new Error(`${method}: ${error}: ${message}`))
        })
        socket.send(JSON.stringify({ id: count, method, params }))
      }),
    end: () => socket.close(),
  }
}

const WAIT_MS = 30_000
const LOOK_MS = 100

function pageOf(send: Send, top: string): FirefoxPage {
  type Tree = { context: string; url: string; children?: Tree[] }
  async function contextOf(frame: string | undefined): Promise<string> {
    if (!frame) return top
    return until(`a frame of ${frame}`, async () => {
      const { contexts } = await send('browsingContext.getTree', { root: top })
      const all = (contexts as Tree[]).flatMap(({ children }) => children ?? [])
      return all.find(({ url }) => url.includes(frame))?.context
    })
  }
  async function run(context: string, declaration: string, args: unknown[]): Promise<Remote> {
    // As text, since BiDi's own form of values is longer than all that is asked here.
    const { type, result, exceptionDetails } = await send('script.callFunction', {
      functionDeclaration: declaration,
      arguments: [{ type: 'string', value: JSON.stringify(args) }],
      target: { context },
      awaitPromise: true,
      resultOwnership: 'root',
    })
    if (type === 'success') return result as Remote
    throw new Error(`in Firefox: ${(exceptionDetails as { text: string }).text}`)
  }
  async function find(role: 'button' | 'textbox', name: string, frame?: string): Promise<[string, Element]> {
    const context = await contextOf(frame)
    const declaration = `(args) => (${String(elementNamed)})(...JSON.parse(args))`
    const element = await until(`${role} "${name}"`, async () => {
      const { sharedId } = await run(context, declaration, [role, name])
      return sharedId ? { sharedId } : undefined
    })
    return [context, element]
  }
  async function press(context: string, element: Element): Promise<void> {
    const origin = { type: 'element', element }
    const actions = [
      { type: 'pointerMove', x: 0, y: 0, origin },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ]
    await send('input.performActions', { context, actions: [{ type: 'pointer', id: 'mouse', actions }] })
  }
  return {
    async call<A extends unknown[], R>(act: (...args: A) => R, args: A, frame?: string): Promise<Awaited<R>> {
      const declaration = `async (args) => JSON.stringify({ answer: await (${String(act)})(...JSON.parse(args)) })`
      const { value } = await run(await contextOf(frame), declaration, args)
      return (JSON.parse(String(value)) as { answer: Awaited<R> }).answer
    },
    press: async (name, frame) => press(...(await find('button', name, frame))),
    async type(name, text, frame) {
      const [context, element] = await find('textbox', name, frame)
      await press(context, element)
      const actions = [...text].flatMap((value) => ['keyDown', 'keyUp'].map((type) => ({ type, value })))
      await send('input.performActions', { context, actions: [{ type: 'key', id: 'keys', actions }] })
    },
  }
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + WAIT_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Error(`Firefox shows no ${what}`)
    await delay(LOOK_MS)
  }
}

/** Runs in the page: the visible, usable control of that name, shadow roots included. */
function elementNamed(role: 'button' | 'textbox', name: string): Element | null {
  const kinds = role === 'button' ? 'button' : 'textarea, input, [role=textbox]'
  const within = (root: Document | ShadowRoot): HTMLElement[] =>
    [...root.querySelectorAll<HTMLElement>('*')].flatMap((one) => [
      ...(one.matches(kinds) ? [one] : []),
      ...(one.shadowRoot ? within(one.shadowRoot) : []),
    ])
  const named = within(document).find((one) => {
    const own = one.getAttribute('aria-label') ?? one.textContent ?? ''
    return own.trim() === name && one.getClientRects().length > 0 && !one.matches(':disabled')
  })
  return (named ?? null) as Element | null
}
