import { useStore } from '@nanostores/react'
import { useState } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { PushChoice } from '../push/push-choice.tsx'
import { $preferences, prefer } from '../preferences.ts'
import type { Session } from '../session/desk-session.ts'
import { PasswordForm } from '../session/password-form.tsx'
import { LocaleSelect } from './locale-select.tsx'

const themes = ['system', 'light', 'dark'] as const
const densities = ['comfortable', 'compact'] as const

/** How this browser shows the desk, and one's own password. */
export function PreferencesDialog({ session, close }: { session: Session; close: () => void }) {
  const { t } = useI18n()
  const { theme, density, warmMic } = useStore($preferences)
  const [changing, setChanging] = useState(false)
  return (
    <Dialog title={t('desk.preferences')} close={close}>
      <div className="stack">
        <LocaleSelect />
        <fieldset className="choice">
          <legend>{t('desk.theme')}</legend>
          {themes.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="theme"
                checked={theme === one}
                onChange={() => prefer({ theme: one })}
              />
              {t(`desk.theme_${one}`)}
            </label>
          ))}
        </fieldset>
        <fieldset className="choice">
          <legend>{t('desk.density')}</legend>
          {densities.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="density"
                checked={density === one}
                onChange={() => prefer({ density: one })}
              />
              {t(`desk.density_${one}`)}
            </label>
          ))}
        </fieldset>
        <label className="check">
          <input
            type="checkbox"
            checked={warmMic}
            onChange={(event) => prefer({ warmMic: event.currentTarget.checked })}
          />
          {t('desk.warmMic')}
        </label>
        <PushChoice />
        {changing ? (
          <PasswordForm
            session={session}
            askCurrent
            done={() => setChanging(false)}
            skip={() => setChanging(false)}
          />
        ) : (
          <Button onClick={() => setChanging(true)}>{t('desk.setPassword')}</Button>
        )}
      </div>
    </Dialog>
  )
}
