import { browserStore } from '../wire/storage.ts'

export const SPEEDS: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4]

const KEY = 'parley.replay.speed'
const store = browserStore()

/** The pace chosen last in this browser. */
export function recalledRate(): number {
  const rate = Number(store.get(KEY))
  return SPEEDS.includes(rate) ? rate : 1
}

export const rememberRate = (rate: number): void => store.set(KEY, String(rate))
