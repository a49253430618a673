import call from '../../../i18n/ru/call.json' with { type: 'json' }
import waiting from '../../../i18n/ru/waiting.json' with { type: 'json' }

export const words = { call, waiting }
