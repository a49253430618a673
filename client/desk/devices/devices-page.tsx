import { useStore } from '@nanostores/react'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import type { Source } from '../../../server/conversation/conversation.ts'
import { ConnectionTest } from '../../call/connection-test.tsx'
import { Level, Picker } from '../../call/device-menu.tsx'
import { LocalVideo } from '../../call/local-video.tsx'
import { mendKey } from '../../call/mend-words.ts'
import { ProcessingSwitches } from '../../call/processing-switches.tsx'
import { useI18n } from '../../i18n/use-i18n.ts'
import type { Devices } from '../../media/devices.ts'
import { permissionOf } from '../../media/environment.ts'
import { callWire } from '../../media/wire.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { circleAlertIcon, micIcon, videoIcon, videoOffIcon } from '../../ui/icons.ts'
import { useDesk } from '../desk-context.ts'
import { Speaker } from './speaker.tsx'
import './devices.css'

/** Everything a call needs, looked at before one: what is heard, seen and how well it travels. */
export function DevicesPage() {
  const { t } = useI18n()
  const { devices, wire } = useDesk()
  useEffect(() => void devices.refreshLists(), [devices])
  return (
    <main className="page">
      <h1>{t('devices.title')}</h1>
      <p className="quiet">{t('devices.hint')}</p>
      <div className="device-cards">
        <Microphone devices={devices} />
        <Card title={t('devices.speaker')}>
          <Picker kind="speaker" devices={devices} />
          <Speaker devices={devices} />
        </Card>
        <Camera devices={devices} />
        <Card title={t('devices.connection')}>
          <ConnectionTest wire={callWire(wire)} devices={devices} />
        </Card>
      </div>
    </main>
  )
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section className="device-card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}

/** Opens the device for as long as the page is looked at; one that a call has is left to it. */
function useLent(devices: Devices, source: Source & ('mic' | 'cam')): { open(): void; close(): void } {
  const lent = useRef(false)
  const close = () => {
    if (lent.current && devices.occupant() === null) devices.close(source)
    lent.current = false
  }
  useEffect(() => close, [devices, source])
  return {
    open() {
      lent.current = true
      void devices.open(source)
    },
    close,
  }
}

function Microphone({ devices }: { devices: Devices }) {
  const { t } = useI18n()
  const state = useStore(devices.$mic)
  const lent = useLent(devices, 'mic')
  useEffect(() => {
    let here = true
    // Nobody is asked merely because they came here.
    void permissionOf('mic').then((permission) => {
      if (here && permission === 'granted') lent.open()
    })
    return () => {
      here = false
    }
  }, [devices])
  return (
    <Card title={t('devices.microphone')}>
      <Picker kind="mic" devices={devices} />
      {state.name === 'on' ? (
        <>
          <Level devices={devices} />
          <p className="quiet">{t('devices.levelHint')}</p>
        </>
      ) : (
        <>
          <p className="quiet">{t(state.name === 'prompting' ? 'call.promptHow' : 'devices.micHint')}</p>
          <Button icon={micIcon} busy={state.name === 'prompting'} onClick={lent.open}>
            {t('devices.micOn')}
          </Button>
        </>
      )}
      <Trouble devices={devices} source="mic" />
      <ProcessingSwitches devices={devices} />
    </Card>
  )
}

function Camera({ devices }: { devices: Devices }) {
  const { t } = useI18n()
  const state = useStore(devices.$cam)
  const lent = useLent(devices, 'cam')
  const on = state.name === 'on'
  const inCall = on && devices.occupant() !== null
  return (
    <Card title={t('devices.camera')}>
      <Picker kind="cam" devices={devices} />
      <div className="device-picture">
        {on ? (
          <LocalVideo devices={devices} source="cam" label={t('call.yourCamera')} />
        ) : (
          <Icon of={videoOffIcon} size={28} />
        )}
      </div>
      {inCall ? null : (
        <Button
          icon={on ? videoOffIcon : videoIcon}
          busy={state.name === 'prompting'}
          onClick={on ? lent.close : lent.open}
        >
          {t(on ? 'devices.camOff' : 'devices.camOn')}
        </Button>
      )}
      <p className="quiet">{t(inCall ? 'devices.camInCall' : 'devices.camHint')}</p>
      <Trouble devices={devices} source="cam" />
    </Card>
  )
}

function Trouble({ devices, source }: { devices: Devices; source: 'mic' | 'cam' }) {
  const { t } = useI18n()
  const state = useStore(devices.state(source))
  if (state.name !== 'trouble') return null
  const { trouble } = state
  return (
    <div className="device-trouble" role="alert">
      <p>
        <Icon of={circleAlertIcon} size={18} /> {t(`call.trouble_${source}_${trouble}`)}
      </p>
      <p>{t(mendKey(trouble))}</p>
    </div>
  )
}
