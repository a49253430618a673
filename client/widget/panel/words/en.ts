import common from '../../../i18n/en/common.json' with { type: 'json' }
import ui from '../../../i18n/en/ui.json' with { type: 'json' }
import widget from '../../../i18n/en/widget.json' with { type: 'json' }

export const words = { common, ui, widget }
