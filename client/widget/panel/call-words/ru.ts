import call from '../../../i18n/ru/call.json' with { type: 'json' }

export const words = { call }
