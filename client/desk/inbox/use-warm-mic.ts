import { useStore } from '@nanostores/react'
import { useEffect } from 'react'
import type { Devices } from '../../media/devices.ts'
import { $preferences } from '../preferences.ts'

/** Holds the microphone open and silent while the agent is available and has agreed to it. */
export function useWarmMic(devices: Devices, available: boolean): void {
  const { warmMic } = useStore($preferences)
  const wanted = warmMic && available
  useEffect(() => {
    // A refusal shows in the microphone's own state.
    devices.setWarm(wanted).catch(() => undefined)
  }, [devices, wanted])
}
