import type { RequestHandler, Response } from 'express'
import helmet from 'helmet'

export type Surface = {
  /** Origin of the site, for the WebSocket's address. */
  publicUrl: string
}

/** Headers that every answer bears; pages replace the policy by their own. */
export function baseHeaders({ publicUrl }: Surface): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], sandbox: [] },
    },
    crossOriginEmbedderPolicy: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: publicUrl.startsWith('https:') ? { maxAge: 31_536_000 } : false,
    xFrameOptions: { action: 'deny' },
  })
}

const MEDIA = 'microphone=(self), camera=(self), display-capture=(self), autoplay=(self), fullscreen=(self)'
const DENIED = 'geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=()'

/**
 * Policy of the desk and the widget's panel. `ancestors`: origins that may show it in a frame. `compiles`: it may run WebAssembly
 * of our own, as the desk's noise suppression does; text is evaluated nowhere.
 */
export function appPagePolicy(
  res: Response,
  own: readonly string[],
  ancestors: readonly string[],
  { compiles = false } = {},
): void {
  const sockets = own.map((origin) => origin.replace(/^http/, 'ws'))
  const policy = [
    "default-src 'none'",
    `script-src 'self'${compiles ? " 'wasm-unsafe-eval'" : ''}`,
    "style-src 'self'",
    `connect-src 'self' ${sockets.join(' ')}`,
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors.length ? ancestors.join(' ') : "'none'"}`,
  ]
  res.set('Content-Security-Policy', policy.join('; '))
  res.set('Permissions-Policy', `${MEDIA}, picture-in-picture=(self), clipboard-write=(self), ${DENIED}`)
  // frame-ancestors says it all; the older header knows no list and would win in no modern browser.
  res.removeHeader('X-Frame-Options')
}

/** Policy of the demo shop: what `docs/` tells a shop to allow, and no more. */
export function demoPagePolicy(res: Response): void {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ]
  res.set('Content-Security-Policy', policy.join('; '))
  res.set('Permissions-Policy', `${MEDIA}, picture-in-picture=(self), clipboard-write=(self)`)
  // A page that cuts itself off from its windows cannot have the call moved to one.
  res.removeHeader('Cross-Origin-Opener-Policy')
  res.removeHeader('X-Frame-Options')
}

/** For scripts, styles, fonts and workers of our own. */
export function assetPolicy(res: Pick<Response, 'setHeader'>): void {
  res.setHeader('Content-Security-Policy', "default-src 'self'; frame-ancestors 'none'")
}

/** For what somebody uploaded: saved, never shown in our origin's name. */
export function downloadPolicy(res: Response): void {
  res.set('Content-Security-Policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
  res.set('X-Content-Type-Options', 'nosniff')
  res.set('Cross-Origin-Resource-Policy', 'same-origin')
  res.set('Cache-Control', 'private, no-store')
}
