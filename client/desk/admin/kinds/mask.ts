import { TryMask } from '../controls/try-mask.tsx'
import type { Body } from '../merge.ts'
import type { Description } from '../fields.ts'
import { name } from './common.ts'

const ofPattern = (body: Body): boolean => body['what'] === 'pattern'

export const mask: Description = {
  fields: [
    name,
    {
      ...{ at: 'what', label: 'admin.maskWhat', hint: 'admin.maskWhatHint', is: 'choice' },
      options: ['pattern', 'card'],
      word: (option) => `admin.mask_${option as 'card' | 'pattern'}`,
    },
    {
      ...{ at: 'pattern', label: 'admin.maskPattern', hint: 'admin.maskPatternHint', is: 'text' },
      ...{ max: 200, dir: 'ltr', when: ofPattern },
    },
    {
      ...{ at: 'mode', label: 'admin.maskMode', hint: 'admin.maskModeHint', is: 'choice' },
      ...{ options: ['mask', 'hide'], when: ofPattern },
      word: (option) => `admin.maskMode_${option as 'mask' | 'hide'}`,
    },
    { at: 'keepLast', label: 'admin.maskKeep', is: 'number', min: 0, max: 8, when: ofPattern },
    { at: '', label: 'admin.maskTry', is: 'own', Own: TryMask },
  ],
  blank: () => ({ name: '', what: 'pattern', pattern: '', mode: 'mask', keepLast: 0 }),
}
