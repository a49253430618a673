import { useEffect, useState } from 'react'

/** A clock for drawing: `read()` now, and again each `everyMs`. */
export function useNow(read: () => number, everyMs: number): number {
  const [now, setNow] = useState(read)
  useEffect(() => {
    const tick = () => setNow(read())
    tick()
    const timer = setInterval(tick, everyMs)
    return () => clearInterval(timer)
  }, [read, everyMs])
  return now
}
