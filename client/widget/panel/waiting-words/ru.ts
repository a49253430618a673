import waiting from '../../../i18n/ru/waiting.json' with { type: 'json' }

export const words = { waiting }
