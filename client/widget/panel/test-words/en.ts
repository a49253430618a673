import devices from '../../../i18n/en/devices.json' with { type: 'json' }

export const words = { devices }
