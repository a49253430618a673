/** What a reviewer chose last in this browser. */
import { browserStore } from '../wire/storage.ts'

export const SPEEDS: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4]

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
