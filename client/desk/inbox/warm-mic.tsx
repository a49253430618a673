import { useStore } from '@nanostores/react'
import { isHopeless, mendKey } from '../../call/mend-words.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import type { Devices } from '../../media/devices.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { micIcon, micOffIcon } from '../../ui/icons.ts'
import { prefer } from '../preferences.ts'

/** That it is kept ready; or that it cannot be, before the first call shows it, and what can be done. */
export function WarmMic({ devices }: { devices: Pick<Devices, '$warm' | '$mic' | 'setWarm'> }) {
  const { t } = useI18n()
  const warm = useStore(devices.$warm)
  const mic = useStore(devices.$mic)
  if (!warm) return null
  if (mic.name !== 'trouble')
    return (
      <p className="status-mic">
        <Icon of={micIcon} size={16} />
        <span>{t(mic.name === 'prompting' ? 'desk.warmMic' : 'desk.micWarm')}</span>
        <Button look="quiet" onClick={() => prefer({ warmMic: false })}>
          {t('desk.micWarmOff')}
        </Button>
      </p>
    )
  const { trouble } = mic
  return (
    <div className="status-trouble" role="alert">
      <p>
        <Icon of={micOffIcon} size={16} />
        <strong>{t(`call.trouble_mic_${trouble}`)}</strong>
      </p>
      <p>{t(mendKey(trouble))}</p>
      {isHopeless(trouble) ? null : (
        <Button onClick={() => void devices.setWarm(true)}>{t('common.tryAgain')}</Button>
      )}
      <Button look="quiet" onClick={() => prefer({ warmMic: false })}>
        {t('desk.micWarmOff')}
      </Button>
    </div>
  )
}
