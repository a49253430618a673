import { useStore } from '@nanostores/react'
import { Locale } from '../../../server/contract/words.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { $preferences, prefer } from '../preferences.ts'

const locales: readonly Locale[] = ['en', 'fa', 'ru']

export function LocaleSelect() {
  const { t } = useI18n()
  const { locale } = useStore($preferences)
  return (
    <label className="labelled">
      {t('desk.language')}
      <select
        className="field"
        value={locale}
        onChange={(event) => prefer({ locale: Locale.parse(event.currentTarget.value) })}
      >
        {locales.map((one) => (
          <option key={one} value={one}>
            {t(`desk.language_${one}`)}
          </option>
        ))}
      </select>
    </label>
  )
}
