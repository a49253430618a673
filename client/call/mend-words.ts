import type { Key } from '../i18n/keys.ts'
import type { Trouble } from '../media/trouble.ts'
import { thisBrowser } from './browser-kind.ts'

/** What a person can do about it. */
export const mendKey = (trouble: Trouble): Key =>
  trouble === 'refused' ? `call.mend_refused_${thisBrowser()}` : `call.mend_${trouble}`

/** Asking the browser once more changes nothing. */
export const isHopeless = (trouble: Trouble): boolean =>
  trouble === 'insecure' || trouble === 'unsupported' || trouble === 'blockedBySite'
