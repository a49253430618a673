import type { I18n } from '../i18n/i18n.ts'
import type { Key } from '../i18n/keys.ts'
import { pictureWords } from './picture-words.ts'
import type { Hole } from './scene.ts'

const reasons: Readonly<Record<string, Key>> = {
  paused: 'replay.hole_pause',
  diskFull: 'replay.hole_full',
  notWritten: 'replay.hole_notWritten',
  unreadable: 'replay.hole_unreadable',
  unfinished: 'replay.hole_unfinished',
  filesLost: 'replay.hole_files',
  rule: 'replay.hole_rule',
  erasure: 'replay.hole_erasure',
}

export function holeWords(i18n: Pick<I18n, 't' | 'span'>, { from, to, reason, track }: Hole): string {
  const { t, span } = i18n
  const hole = t('replay.hole', { reason: t(reasons[reason] ?? 'replay.hole_lost'), span: span(to - from) })
  return track ? t('replay.holeOf', { who: trackWords(i18n, track), hole }) : hole
}

function trackWords(i18n: Pick<I18n, 't'>, { side, name, source }: NonNullable<Hole['track']>): string {
  if (source !== 'mic') return pictureWords(i18n, { side, name, source })
  return name === null ? i18n.t(`replay.wave_${side}`) : i18n.t('replay.wave_of', { name })
}
