import { useStore } from '@nanostores/react'
import { type RefObject, useEffect, useRef } from 'react'
import type { Player } from './player.ts'

type Shown = {
  /** Holds the thread. */
  of: RefObject<HTMLElement | null>
  /** Of the line of the moment that is played; null: nothing is said yet. */
  key: string | null
  /** Whether lines stand behind it that come later. */
  later: boolean
}

/**
 * Whoever jumps is shown the line of that moment, wherever in the thread they were. While it plays among later lines the thread goes
 * along as long as the line before was in view; else its reader has left and is left there.
 */
export function useLineInView({ $asked }: Pick<Player, '$asked'>, { of, key, later }: Shown): void {
  const asked = useStore($asked)
  const before = useRef({ $asked, asked, key, later })
  useEffect(() => {
    const was = before.current
    before.current = { $asked, asked, key, later }
    const box = of.current?.querySelector<HTMLElement>('.thread-scroll')
    if (!box) return
    // Another player goes on where the one before was.
    const came = $asked === was.$asked && asked !== was.asked
    // The thread itself follows its end.
    if (!later) {
      if (came) box.scrollTop = box.scrollHeight
    } else if (came || !was.later || (key !== was.key && isInView(box, was.key))) bring(box, key)
  }, [of, $asked, asked, key, later])
}

const lineOf = (box: HTMLElement, key: string | null) =>
  key === null ? null : box.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)

function isInView(box: HTMLElement, key: string | null): boolean {
  const line = lineOf(box, key)?.getBoundingClientRect()
  const { top, bottom } = box.getBoundingClientRect()
  // Before the first line the thread is at its beginning.
  return line ? line.bottom > top && line.top < bottom : box.scrollTop === 0
}

/** Into the middle, if it is not in view as a whole. The box alone moves: the page stays where the player is seen. */
function bring(box: HTMLElement, key: string | null): void {
  const line = lineOf(box, key)?.getBoundingClientRect()
  const { top, bottom, height } = box.getBoundingClientRect()
  if (!line) box.scrollTop = 0
  else if (line.top < top || line.bottom > bottom)
    box.scrollTop += line.top - top - (height - line.height) / 2
}
