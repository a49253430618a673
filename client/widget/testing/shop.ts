/** Somebody else's shop on another origin: the policy that docs tell a shop to set, Trusted Types, and CSS that attacks. */
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

/** What an unlucky page does to everything in it. */
const hostileCss = `
body *, parley-widget, div, button, iframe, span, svg {
  display: none !important; visibility: hidden !important; position: static !important;
  pointer-events: none !important; opacity: 0 !important; transform: scale(.1) !important;
  width: 1px !important; height: 1px !important; font-size: 60px !important; color: red !important;
}
main, main * { display: block !important; visibility: visible !important; opacity: 1 !important; transform: none !important; width: auto !important; height: auto !important }
html { font-size: 3px; line-height: 9; letter-spacing: 4px; text-transform: uppercase; direction: rtl }
`

const page = (home: string, site: string, name: string, attributes: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Shop, ${name}</title><link rel="stylesheet" href="/hostile.css">
<script src="/early.js"></script>
<script async src="${home}/widget.js" data-site="${site}" ${attributes}></script></head>
<body><main><h1>Page ${name}</h1><p><a href="/two">Two</a></p></main></body></html>`

/** A shop that hosts the worker behind notifications demands no Trusted Types, which would not let a script register one. */
const policy = (home: string, hosts: boolean): string =>
  [
    "default-src 'none'",
    `script-src 'self' ${home}`,
    `frame-src ${home}`,
    `connect-src ${home}`,
    "style-src 'self'",
    ...(hosts ? ["worker-src 'self'"] : ["require-trusted-types-for 'script'", "trusted-types 'none'"]),
  ].join('; ')

export type Shop = { origin: string; stop(): Promise<void> }

/** `home` and `site` are asked at each request, since the shop must stand before the site can name its origin. */
export async function startShop(
  about: () => { home: string; site: string; attributes?: string },
): Promise<Shop> {
  const server = createServer((request, response) => {
    const { home, site, attributes = '' } = about()
    const path = new URL(request.url ?? '/', 'http://shop').pathname
    response.setHeader('content-security-policy', policy(home, attributes.includes('data-push-worker')))
    if (path === '/hostile.css') return response.setHeader('content-type', 'text/css').end(hostileCss)
    if (path === '/parley-sw.js')
      return response
        .setHeader('content-type', 'text/javascript')
        .end(`importScripts('${home}/parley-sw.js')`)
    if (path === '/early.js')
      return response.setHeader('content-type', 'text/javascript').end(`
        window.seen = { shift: 0, denied: [] }
        addEventListener('securitypolicyviolation', (e) => seen.denied.push(e.violatedDirective + ' ' + e.blockedURI))
        new PerformanceObserver((list) => { for (const e of list.getEntries()) seen.shift += e.value }).observe({ type: 'layout-shift', buffered: true })
        ;(window.Parley ||= { queue: [] }).queue.push(['on', 'unread', (count) => { window.unread = count }])`)
    response.setHeader('content-type', 'text/html').end(page(home, site, path.slice(1) || 'one', attributes))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Bundlers do not run inside Jest's realm. */
export async function buildWidget(): Promise<void> {
  const build = fileURLToPath(new URL('../../build.ts', import.meta.url))
  await promisify(execFile)(process.execPath, [build, 'launcher', 'worker', 'panel'])
}

export const startBrowser = (args: string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-features=LocalNetworkAccessChecks',
      ...args,
    ],
  })
