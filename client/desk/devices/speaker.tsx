import { useStore } from '@nanostores/react'
import { useEffect, useRef, useState } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import type { Devices } from '../../media/devices.ts'
import { Button } from '../../ui/button.tsx'
import { volume2Icon } from '../../ui/icons.ts'
import { playTone, type Tone } from './tone.ts'

/** Plays a short tune through the chosen speaker. */
export function Speaker({ devices }: { devices: Devices }) {
  const { t } = useI18n()
  const { speaker } = useStore(devices.$choice)
  const list = useStore(devices.$lists).speaker
  const [state, setState] = useState<'idle' | 'playing' | 'played' | 'failed'>('idle')
  const tone = useRef<Tone | null>(null)
  useEffect(() => () => tone.current?.stop(), [])
  const play = async () => {
    tone.current?.stop()
    setState('playing')
    const playing = playTone(speaker)
    tone.current = playing
    const how = await playing.done.then(
      () => 'played' as const,
      () => 'failed' as const,
    )
    if (tone.current === playing) setState(how)
  }
  const words = {
    idle: null,
    playing: 'devices.playing',
    played: 'devices.played',
    failed: 'devices.notPlayed',
  }
  const said = words[state] as 'devices.playing' | null
  return (
    <>
      {list.length === 0 ? <p className="quiet">{t('devices.speakerBySystem')}</p> : null}
      <Button icon={volume2Icon} busy={state === 'playing'} onClick={() => void play()}>
        {t('devices.playTest')}
      </Button>
      <p role="status" className="quiet">
        {said ? t(said) : null}
      </p>
    </>
  )
}
