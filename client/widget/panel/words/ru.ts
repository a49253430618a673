import common from '../../../i18n/ru/common.json' with { type: 'json' }
import ui from '../../../i18n/ru/ui.json' with { type: 'json' }
import widget from '../../../i18n/ru/widget.json' with { type: 'json' }

export const words = { common, ui, widget }
