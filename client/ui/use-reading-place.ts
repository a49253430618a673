import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'

const NEAR = 48

type Place = {
  of: string
  first: string | undefined
  last: string | undefined
  /** px, of all that is in it. */
  height: number
  /** px, of the box itself when the end was last shown. */
  room: number
  following: boolean
}

/**
 * Keeps the reader's place in a list that grows at both ends: at the end it follows, elsewhere nothing moves and the
 * new ones below are counted. `of`: what the list is of; another one is shown from its end.
 */
export function useReadingPlace(box: RefObject<HTMLElement | null>, keys: readonly string[], of: string) {
  const place = useRef<Place>({ of, first: undefined, last: undefined, height: 0, room: 0, following: true })
  const was = place.current
  const [below, setBelow] = useState(0)
  const toEnd = () => {
    const { current } = box
    if (!current) return
    current.scrollTop = current.scrollHeight
    was.room = current.clientHeight
    was.following = true
    setBelow(0)
  }

  useLayoutEffect(() => {
    const { current } = box
    if (!current) return
    const first = keys[0]
    const last = keys.at(-1)
    if (was.following || was.of !== of) toEnd()
    else {
      if (first !== was.first) current.scrollTop += current.scrollHeight - was.height
      const from = keys.indexOf(was.last ?? '')
      if (last !== was.last) setBelow((count) => count + keys.length - 1 - from)
    }
    Object.assign(was, { of, first, last, height: current.scrollHeight })
  })

  const onScroll = () => {
    const { current } = box
    if (!current) return
    // It became lower or higher under its reader, who has not moved: a call unfolds, the field grows, a keyboard comes.
    if (was.following && current.clientHeight !== was.room) return toEnd()
    was.following = current.scrollHeight - current.scrollTop - current.clientHeight < NEAR
    if (was.following) setBelow(0)
  }
  useEffect(() => {
    const watch = new ResizeObserver(onScroll)
    if (box.current) watch.observe(box.current)
    return () => watch.disconnect()
  }, [])
  return { below, toEnd, onScroll, following: () => was.following }
}
