import waiting from '../../../i18n/fa/waiting.json' with { type: 'json' }

export const words = { waiting }
