import type { I18n } from '../i18n/i18n.ts'
import type { Picture } from './scene.ts'

/** Whose picture it is, and of what. */
export function pictureWords(
  { t }: Pick<I18n, 't'>,
  { side, source, name }: Pick<Picture, 'side' | 'source' | 'name'>,
): string {
  if (name === null) return t(`replay.video_${side}_${source}`)
  return t(source === 'cam' ? 'call.theirCamera' : 'call.theirScreen', { name })
}
