import common from '../../../i18n/fa/common.json' with { type: 'json' }
import ui from '../../../i18n/fa/ui.json' with { type: 'json' }
import widget from '../../../i18n/fa/widget.json' with { type: 'json' }

export const words = { common, ui, widget }
