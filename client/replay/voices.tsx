import { useStore } from '@nanostores/react'
import { useI18n } from '../i18n/use-i18n.ts'
import { IconButton } from '../ui/button.tsx'
import { headphonesIcon, volume2Icon, volumeXIcon } from '../ui/icons.ts'
import { isHeard, LOUDEST, volumeOf, withHeard, withSolo, withVolume } from './mix.ts'
import type { Scene } from './scene.ts'
import type { Voice } from './voice-files.ts'
import { useVoiceWords } from './voice-words.ts'

/** Whom to hear, and how loud. */
export function Voices({ scene }: { scene: Scene }) {
  return (
    <div className="voices">
      {scene.voices.map((voice) => (
        <VoiceOf key={voice.seat} scene={scene} voice={voice} />
      ))}
    </div>
  )
}

type Props = { scene: Scene; voice: Voice }

function VoiceOf({ scene: { $mix }, voice }: Props) {
  const { t, n } = useI18n()
  const { seat, side, name, aside } = voice
  const mix = useStore($mix)
  const heard = isHeard(mix, seat)
  const volume = volumeOf(mix, seat)
  const who = useVoiceWords()(voice)
  const hear = name === null ? t(`replay.hear_${side}`) : t('replay.hear_of', { name })
  const shown = name ?? t(`ui.${side}`)
  return (
    <div
      className={`voice ${side}`}
      role="group"
      aria-label={who}
      data-name={aside ? t('replay.aside', { voice: shown }) : shown}
    >
      <IconButton
        className={`hear ${side}`}
        icon={heard ? volume2Icon : volumeXIcon}
        label={aside ? t('replay.aside', { voice: hear }) : hear}
        aria-pressed={heard}
        onClick={() => $mix.set(withHeard(mix, seat, !heard))}
      />
      <input
        type="range"
        dir="ltr"
        min={0}
        max={LOUDEST}
        step={0.1}
        value={volume}
        aria-label={t('replay.volume', { who })}
        aria-valuetext={n(volume, { style: 'percent' })}
        title={n(volume, { style: 'percent' })}
        onChange={(event) => $mix.set(withVolume(mix, seat, Number(event.currentTarget.value)))}
      />
      <IconButton
        icon={headphonesIcon}
        label={t('replay.solo', { who })}
        aria-pressed={mix.solo === seat}
        onClick={() => $mix.set(withSolo(mix, seat))}
      />
    </div>
  )
}
