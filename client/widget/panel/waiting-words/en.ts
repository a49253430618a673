import waiting from '../../../i18n/en/waiting.json' with { type: 'json' }

export const words = { waiting }
