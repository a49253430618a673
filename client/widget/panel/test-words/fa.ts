import devices from '../../../i18n/fa/devices.json' with { type: 'json' }

export const words = { devices }
