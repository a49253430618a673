import call from '../../../i18n/fa/call.json' with { type: 'json' }
import waiting from '../../../i18n/fa/waiting.json' with { type: 'json' }

export const words = { call, waiting }
