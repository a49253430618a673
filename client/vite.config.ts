/** The browser's parts, each a build of its own: what the shop's page loads, the worker behind notifications, the visitor's panel, the staff's desk, the demo. */
import { fileURLToPath } from 'node:url'
import type { InlineConfig, Plugin } from 'vite'
import { deskGroups, opening, openingFirst } from './desk-files.ts'
import { fetchFirst } from './fetch-first.ts'

export const targets = [
  'launcher',
  'worker',
  'panel',
  'desk',
  'guest',
  'notify',
  'clip',
  'handout',
  'demo',
] as const
export type Target = (typeof targets)[number]

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
export const dist = here('dist/')

/** Where each target begins. */
export const entries: Record<Target, string> = {
  launcher: here('widget/launcher/main.ts'),
  worker: here('push/worker/main.ts'),
  panel: here('panel.html'),
  desk: here('desk.html'),
  guest: here('guest.html'),
  notify: here('notify.html'),
  clip: here('clip.html'),
  handout: here('handout/main.tsx'),
  demo: here('demo/'),
}

/** The oldest browsers that are supported. */
const browsers = ['chrome109', 'edge109', 'firefox128', 'safari16']

const light = {
  '@nanostores/react': here('ui/use-store.ts'),
  'react-dom/client': 'preact/compat/client',
  'react-dom': 'preact/compat',
  'react/jsx-runtime': 'preact/compat/jsx-runtime',
  react: 'preact/compat',
}

/** Built with the small library. */
const small: ReadonlySet<Target> = new Set(['panel', 'notify', 'clip', 'handout'])

/** What a shop's visitor loads is weighed byte by byte; the slower minifier takes a fiftieth more away. */
const squeezed = {
  minify: 'terser',
  terserOptions: { ecma: 2020, compress: { passes: 3 } },
} as const
const weighed: ReadonlySet<Target> = new Set(['launcher', 'panel'])

/**
 * The wire speaks text over WebSocket only; the client library brings long polling, WebTransport, and what carries binary
 * data over text along, and what browsers do not need that have `URL` and the options that only Node has.
 */
const leaner: Record<string, string> = {
  'engine.io-client/build/esm/transports/index.js': `
    import { WS } from './websocket.js'
    export const transports = { websocket: WS }`,
  // Without the brackets of an IPv6 address, which are put around it later.
  'engine.io-client/build/esm/contrib/parseuri.js': `
    export const parse = (uri) => {
      const { protocol, hostname, port } = new URL(uri)
      return { protocol: protocol.slice(0, -1), host: hostname.replace(/[[\\]]/g, ''), port }
    }`,
  // What is counted is how much long polling may send at once.
  'engine.io-client/build/esm/util.js': `
    export const installTimerFunctions = (of) => {
      of.setTimeoutFn = setTimeout.bind(self)
      of.clearTimeoutFn = clearTimeout.bind(self)
    }
    export const pick = () => ({})
    export const randomString = () => ''
    export const byteLength = () => 0`,
  'engine.io-parser/build/esm/encodePacket.browser.js': `
    import { PACKET_TYPES } from './commons.js'
    export const encodePacket = ({ type, data }, _binary, done) => done(PACKET_TYPES[type] + (data || ''))
    export const encodePacketToBinary = () => {}`,
  'engine.io-parser/build/esm/decodePacket.browser.js': `
    import { ERROR_PACKET, PACKET_TYPES_REVERSE } from './commons.js'
    export const decodePacket = (text) => {
      const type = typeof text === 'string' && PACKET_TYPES_REVERSE[text[0]]
      return type ? { type, data: text.slice(1) } : ERROR_PACKET
    }`,
}
const textOverWebSocket: Plugin = {
  name: 'text-over-web-socket',
  enforce: 'pre',
  load: (id) => leaner[id.split('node_modules/').at(-1) ?? ''] ?? null,
}

/** Everything of one target but the classic scripts goes to `assets/<target>/` under names that change with the content. */
export function viteConfig(target: Target): InlineConfig {
  return {
    configFile: false,
    root: here('.'),
    base: '/',
    publicDir: false,
    logLevel: 'warn',
    plugins: [textOverWebSocket, fetchFirst, openingFirst],
    define: { 'process.env.NODE_ENV': '"production"' },
    // All words of a section are read by their keys: a name for each to export is a third of the file.
    json: { namedExports: false },
    resolve: {
      alias: small.has(target) ? light : {},
    },
    oxc: { jsx: { runtime: 'automatic', importSource: 'react' } },
    build: {
      target: browsers,
      outDir: dist,
      emptyOutDir: false,
      assetsDir: `assets/${target}`,
      // Every reference stays a file: the pages' policy allows no inline script or style.
      assetsInlineLimit: 0,
      cssCodeSplit: true,
      reportCompressedSize: false,
      ...(weighed.has(target) ? squeezed : {}),
      ...(isScript(target) ? script(target) : page(target)),
    },
  }
}

/** Classic scripts without imports, under lasting names. */
const lasting = { launcher: 'widget.js', worker: 'parley-sw.js', handout: 'handout.js' } as const

const isScript = (target: Target): target is keyof typeof lasting => target in lasting

function script(target: keyof typeof lasting): InlineConfig['build'] {
  const name = { launcher: 'ParleyLauncher', worker: 'ParleyWorker', handout: 'ParleyHandout' }[target]
  return {
    lib: {
      ...{ entry: entries[target], formats: ['iife'], name, cssFileName: target },
      fileName: () => lasting[target],
    },
    cssCodeSplit: false,
  }
}

function page(target: Target): InlineConfig['build'] {
  return {
    manifest: `manifest/${target}.json`,
    rollupOptions: {
      input: target === 'desk' ? [entries.desk, opening] : entries[target],
      // Else each build says that the slower minifier takes most of its time.
      checks: { bundlerTimings: false },
      // These do nothing when loaded; what is not used of them may go.
      treeshake: { moduleSideEffects: (id) => !/node_modules\/engine\.io|\/ui\/icons/.test(id) },
      output: {
        entryFileNames: `assets/${target}/[name]-[hash].js`,
        chunkFileNames: `assets/${target}/[name]-[hash].js`,
        assetFileNames: `assets/${target}/[name]-[hash][extname]`,
        ...(target === 'desk' ? { codeSplitting: { groups: deskGroups() } } : {}),
      },
    },
  }
}
