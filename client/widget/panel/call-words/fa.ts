import call from '../../../i18n/fa/call.json' with { type: 'json' }

export const words = { call }
