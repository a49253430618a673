/** Whether this page is older than the server: it was refused for that, or parts of it are not there any more. */
import { atom } from 'nanostores'

export const $outdated = atom(false)

const JUST_MS = 60_000

/** It has been loaded anew just now, and is too old all the same: once more would not help. */
export function loadedInVain(): boolean {
  const [how] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return how?.type === 'reload' && performance.now() < JUST_MS
}

/** Fields hold words that were not sent, files wait to go with them, or something is asked. */
export function isAtWork(): boolean {
  const fields = 'textarea,input:not([type=checkbox],[type=radio],[type=range])'
  const written = [...document.querySelectorAll<HTMLInputElement>(fields)].some(({ value }) => value !== '')
  return written || document.querySelector('.staged,dialog[open]') !== null
}

/** Only from a server that answers; else this page is better than none. */
export async function loadAnew(): Promise<void> {
  const answer = await fetch(location.href, { method: 'HEAD' }).catch(() => null)
  if (answer?.ok) location.reload()
}
