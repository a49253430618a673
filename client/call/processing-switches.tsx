import { useStore } from '@nanostores/react'
import type { ReadableAtom } from 'nanostores'
import { useState } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import type { Devices } from '../media/devices.ts'
import type { HushState } from '../media/hush.ts'
import { choosable, type Processing } from '../media/processing.ts'

/** What is done to the chosen microphone's sound. Draws what can be chosen here. */
export function ProcessingSwitches({ devices }: { devices: Devices }) {
  const { t } = useI18n()
  const processing = useStore(devices.$processing)
  const [offered] = useState(choosable)
  const { $hush } = devices
  if (offered.length === 0 && !$hush) return null
  return (
    <fieldset className="processing">
      <legend>{t('call.processing')}</legend>
      {offered.map((one) => (
        <label key={one}>
          <input
            type="checkbox"
            checked={processing[one] && !replaced(one, processing)}
            disabled={replaced(one, processing)}
            onChange={(event) => void devices.process({ [one]: event.currentTarget.checked })}
          />
          {t(`call.processing_${one}`)}
        </label>
      ))}
      {$hush ? <Hush devices={devices} $hush={$hush} /> : null}
    </fieldset>
  )
}

/** Ours does the browser's work. */
const replaced = (one: keyof Processing, { hush }: Processing): boolean => one === 'noise' && hush

function Hush({ devices, $hush }: { devices: Devices; $hush: ReadableAtom<HushState> }) {
  const { t } = useI18n()
  const { hush } = useStore(devices.$processing)
  const state = useStore($hush)
  return (
    <>
      <label>
        <input
          type="checkbox"
          checked={hush}
          onChange={(event) => void devices.process({ hush: event.currentTarget.checked })}
        />
        {t('devices.hush')}
      </label>
      <p className="quiet" role="status">
        {hush && (state === 'waiting' || state === 'failed') ? t(`devices.hush_${state}`) : null}
      </p>
    </>
  )
}
