import devices from '../../../i18n/ru/devices.json' with { type: 'json' }

export const words = { devices }
