import { useI18n } from '../i18n/use-i18n.ts'
import type { Voice } from './voice-files.ts'

/** Whose voice it is. */
export function useVoiceWords(): (voice: Voice) => string {
  const { t } = useI18n()
  return ({ side, name, aside }) => {
    const voice = name === null ? t(`replay.wave_${side}`) : t('replay.wave_of', { name })
    return aside ? t('replay.aside', { voice }) : voice
  }
}
