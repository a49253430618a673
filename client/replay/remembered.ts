/** What a reviewer chose last in this browser. */
import { browserStore } from '../wire/storage.ts'
import { SPEEDS } from './controls.tsx'

const SPEED = 'parley.replay.speed'
const SKIP = 'parley.replay.skipSilence'
const store = browserStore()

export function recalledRate(): number {
  const rate = Number(store.get(SPEED))
  return SPEEDS.includes(rate) ? rate : 1
}

export const rememberRate = (rate: number): void => store.set(SPEED, String(rate))

export const recalledSkip = (): boolean => store.get(SKIP) === 'yes'

export const rememberSkip = (on: boolean): void => store.set(SKIP, on ? 'yes' : 'no')
