import { type ClipInput, LONGEST_CLIP_MS } from '../../../server/contract/clip.ts'
import type { Axis } from '../../replay/axis.ts'
import { parseMoment } from './moment.ts'

/** `Times`: these are no two of the replay, or too far apart. `Silence`: they are too far apart by what the replay skips alone. */
export type Wrong = 'Times' | 'Silence'

export function typedIn(data: FormData, name: string): string {
  const value = data.get(name)
  return typeof value === 'string' ? value : ''
}

/** For whom, how long, and behind what. A password is taken as it was typed, with its spaces: whoever opens the link types them, too. */
export function wishesIn(data: FormData): Pick<ClipInput, 'recipient' | 'days' | 'password'> {
  const password = typedIn(data, 'password')
  const wishes = { recipient: typedIn(data, 'recipient').trim(), days: Number(data.get('days')) }
  return { ...wishes, ...(password === '' ? {} : { password }) }
}

/** From one time of the replay to another, as typed. */
export function partOf(
  typed: { from: string; to: string },
  axis: Axis,
): Pick<ClipInput, 'from' | 'to'> | Wrong {
  const [begin, end] = [parseMoment(typed.from), parseMoment(typed.to)]
  if (begin === null || end === null || begin >= axis.length) return 'Times'
  const from = Math.round(axis.toTime(begin))
  const to = Math.round(axis.toTime(Math.min(end, axis.length)))
  if (from >= to) return 'Times'
  if (to - from <= LONGEST_CLIP_MS) return { from, to }
  return end - begin <= LONGEST_CLIP_MS ? 'Silence' : 'Times'
}
