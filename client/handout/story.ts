/** A package made ready to play: one axis, its sound, its pictures, and how much of the thread has been said. */
import { computed, type ReadableAtom } from 'nanostores'
import type { Handout } from '../../server/contract/handout.ts'
import { type Axis, createAxis } from '../replay/axis.ts'
import { followSound } from '../replay/follow-sound.ts'
import { countAt } from '../replay/marks.ts'
import { createPlayer, type Player } from '../replay/player.ts'
import { partsOf, type Screens } from '../replay/screens.ts'

export type Story = {
  handout: Handout
  axis: Axis
  player: Player
  /** The pictures at hand. */
  screens: Screens
  /** How many of the events had happened at the position. */
  $count: ReadableAtom<number>
  /** How many of the lines that were spoken had begun. */
  $said: ReadableAtom<number>
}

/** Plain elements: from a disk no page may send a file's sound through anything else. */
function soundOf(src: string): HTMLAudioElement {
  const sound = new Audio()
  sound.preload = 'auto'
  sound.preservesPitch = true
  sound.src = src
  return sound
}

export function createStory(handout: Handout): Story {
  const { events, spoken, sounds, pictures } = handout
  const axis = createAxis(
    events.map(({ at }) => at),
    [...sounds, ...pictures].map(({ from, to }) => ({ from, to })),
    handout.span,
  )
  const heard = sounds.map(({ src, from, to, leads }) => ({ from, to, leads, sound: soundOf(src) }))
  const screens: Screens = new Map()
  const tracks = heard.filter(({ leads }) => leads)
  const further = heard.filter(({ leads }) => !leads)
  const player = createPlayer({ axis, tracks, further, parts: partsOf(pictures, screens) })
  for (const { sound, ...span } of further) followSound(player, sound, span)
  return {
    ...{ handout, axis, player, screens },
    $count: computed(player.$position, (position) => countAt(events, axis.toTime(position))),
    $said: computed(player.$position, (position) => countAt(spoken, axis.toTime(position))),
  }
}
