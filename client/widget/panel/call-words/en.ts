import call from '../../../i18n/en/call.json' with { type: 'json' }

export const words = { call }
