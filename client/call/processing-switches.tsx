import { useStore } from '@nanostores/react'
import { useState } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import type { Devices } from '../media/devices.ts'
import { choosable } from '../media/processing.ts'

/** What the browser does to the chosen microphone's sound. Draws what this browser lets one choose. */
export function ProcessingSwitches({ devices }: { devices: Devices }) {
  const { t } = useI18n()
  const processing = useStore(devices.$processing)
  const [offered] = useState(choosable)
  if (offered.length === 0) return null
  return (
    <fieldset className="processing">
      <legend>{t('call.processing')}</legend>
      {offered.map((one) => (
        <label key={one}>
          <input
            type="checkbox"
            checked={processing[one]}
            onChange={(event) => void devices.process({ [one]: event.currentTarget.checked })}
          />
          {t(`call.processing_${one}`)}
        </label>
      ))}
    </fieldset>
  )
}
