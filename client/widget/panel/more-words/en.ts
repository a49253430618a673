import call from '../../../i18n/en/call.json' with { type: 'json' }
import waiting from '../../../i18n/en/waiting.json' with { type: 'json' }

export const words = { call, waiting }
