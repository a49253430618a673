/** A page without a server can ask for nothing: it carries every language that it may have to speak. */
import type { Locale } from '../../server/contract/words.ts'
import type { Words } from '../i18n/load.ts'
import enCommon from '../i18n/en/common.json' with { type: 'json' }
import enUi from '../i18n/en/ui.json' with { type: 'json' }
import enShare from '../i18n/en/share.json' with { type: 'json' }
import enStaff from '../i18n/en/staff.json' with { type: 'json' }
import enCall from '../i18n/en/call.json' with { type: 'json' }
import enReplay from '../i18n/en/replay.json' with { type: 'json' }
import faCommon from '../i18n/fa/common.json' with { type: 'json' }
import faUi from '../i18n/fa/ui.json' with { type: 'json' }
import faShare from '../i18n/fa/share.json' with { type: 'json' }
import faStaff from '../i18n/fa/staff.json' with { type: 'json' }
import faCall from '../i18n/fa/call.json' with { type: 'json' }
import faReplay from '../i18n/fa/replay.json' with { type: 'json' }
import ruCommon from '../i18n/ru/common.json' with { type: 'json' }
import ruUi from '../i18n/ru/ui.json' with { type: 'json' }
import ruShare from '../i18n/ru/share.json' with { type: 'json' }
import ruStaff from '../i18n/ru/staff.json' with { type: 'json' }
import ruCall from '../i18n/ru/call.json' with { type: 'json' }
import ruReplay from '../i18n/ru/replay.json' with { type: 'json' }

export const words: Record<Locale, Words> = {
  en: { common: enCommon, ui: enUi, share: enShare, staff: enStaff, call: enCall, replay: enReplay },
  fa: { common: faCommon, ui: faUi, share: faShare, staff: faStaff, call: faCall, replay: faReplay },
  ru: { common: ruCommon, ui: ruUi, share: ruShare, staff: ruStaff, call: ruCall, replay: ruReplay },
}
