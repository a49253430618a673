import { useStore } from '@nanostores/react'
import { useMemo } from 'react'
import type { Source } from '../../server/conversation/conversation.ts'
import type { Devices } from '../media/devices.ts'
import { Video } from './video.tsx'

type LocalVideoProps = { devices: Devices; source: Source & ('cam' | 'screen'); label: string }

/** What this side's own camera or screen shows; nothing while it is off. */
export function LocalVideo({ devices, source, label }: LocalVideoProps) {
  const state = useStore(devices.state(source))
  const track = state.name === 'on' ? state.track : null
  const stream = useMemo(() => (track ? new MediaStream([track]) : null), [track])
  if (!stream) return null
  return <Video stream={stream} mirrored={source === 'cam'} label={label} />
}
