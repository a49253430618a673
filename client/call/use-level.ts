import { useStore } from '@nanostores/react'
import { useEffect, useRef, useState } from 'react'
import type { Devices } from '../media/devices.ts'
import { SPEAKING, startMeter } from '../media/meter.ts'

/** Own loudness, 0..1, while `on`. */
export function useLevel(devices: Devices, on: boolean): number {
  const state = useStore(devices.$mic)
  const track = state.name === 'on' ? state.track : null
  const [level, setLevel] = useState(0)
  useEffect(() => {
    if (!on || !track) return
    const meter = startMeter(track, setLevel)
    return () => {
      meter.stop()
      setLevel(0)
    }
  }, [track, on])
  return level
}

const HINT_STAYS_MS = 4_000
const SYLLABLES = 4

/** Whether somebody muted is talking all the same: a few loud moments, and for a while afterwards. */
export function useSpeakingMuted(devices: Devices, muted: boolean): boolean {
  const level = useLevel(devices, muted)
  const [hint, setHint] = useState(false)
  const loud = useRef(0)
  useEffect(() => {
    loud.current = level > SPEAKING ? loud.current + 1 : Math.max(0, loud.current - 0.25)
    if (loud.current >= SYLLABLES) setHint(true)
  }, [level])
  useEffect(() => {
    if (!hint) return
    loud.current = 0
    const timer = setTimeout(() => setHint(false), HINT_STAYS_MS)
    return () => clearTimeout(timer)
  }, [hint])
  return hint && muted
}
