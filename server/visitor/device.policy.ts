/** What a browser's name for itself says about browser and device. Pure; what it does not know it does not guess. */
import type { About } from '../contract/desk.ts'

type Device = NonNullable<About['device']>

/** In this order: many name others beside themselves. */
const browsers: readonly [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bYaBrowser\/(\d+)/, 'Yandex'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:Chrome|CriOS)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)\S* (?:Mobile\/\S+ )?Safari\//, 'Safari'],
]
const systems: readonly [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** Null when nothing in it is known. */
export function deviceOf(userAgent: string): Device | null {
  const browser = browsers.map(([sign, name]) => {
    const version = sign.exec(userAgent)?.[1]
    return version ? `${name} ${version}` : null
  })
  const named = browser.find((one) => one !== null) ?? null
  const system = systems.find(([sign]) => sign.test(userAgent))?.[1] ?? null
  if (named === null && system === null) return null
  return { browser: named, system, phone: /\bMobile\b|\biPhone\b/.test(userAgent) }
}
