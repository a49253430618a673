import { useStore } from '@nanostores/react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useI18n } from '../i18n/use-i18n.ts'
import type { Devices } from '../media/devices.ts'
import type { DeviceKind } from '../media/remembered.ts'
import { IconButton } from '../ui/button.tsx'
import { settingsIcon } from '../ui/icons.ts'
import { ProcessingSwitches } from './processing-switches.tsx'
import { useLevel } from './use-level.ts'

const kinds: readonly DeviceKind[] = ['mic', 'cam', 'speaker']

/** The `Devices` button and the pickers that it unfolds. `more`: beneath them. */
export function DeviceMenu({ devices, more }: { devices: Devices; more?: ReactNode }) {
  const { t } = useI18n()
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const id = useId()
  useEffect(() => {
    if (!open) return
    void devices.refreshLists()
    box.current?.querySelector('select')?.focus()
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false)
    }
    // The click that opened it is still on its way up.
    const timer = setTimeout(() => document.addEventListener('pointerdown', outside))
    return () => {
      clearTimeout(timer)
      document.removeEventListener('pointerdown', outside)
    }
  }, [open, devices])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return
    event.stopPropagation()
    setOpen(false)
    button.current?.focus()
  }
  return (
    <div className="device-menu" onKeyDown={onKeyDown}>
      <IconButton
        ref={button}
        icon={settingsIcon}
        look="plain"
        label={t('call.devices')}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      />
      {open ? (
        <div ref={box} id={id} className="device-pickers" role="group" aria-label={t('call.devices')}>
          {kinds.map((kind) => (
            <Picker key={kind} kind={kind} devices={devices} />
          ))}
          <Level devices={devices} />
          <ProcessingSwitches devices={devices} />
          {more}
        </div>
      ) : null}
    </div>
  )
}

export function Picker({ kind, devices }: { kind: DeviceKind; devices: Devices }) {
  const { t } = useI18n()
  const list = useStore(devices.$lists)[kind]
  const choice = useStore(devices.$choice)[kind]
  const id = useId()
  if (list.length === 0) return null
  return (
    <div className="device-picker">
      <label htmlFor={id}>{t(`call.device_${kind}`)}</label>
      <select
        id={id}
        value={choice ?? list[0]?.id}
        onChange={(event) => void devices.choose(kind, event.currentTarget.value)}
      >
        {list.map(({ id, label }, index) => (
          <option key={id} value={id}>
            {label || t('call.deviceUnnamed', { number: index + 1 })}
          </option>
        ))}
      </select>
    </div>
  )
}

export function Level({ devices }: { devices: Devices }) {
  const { t } = useI18n()
  const level = useLevel(devices, true)
  const id = useId()
  return (
    <div className="device-picker">
      <label htmlFor={id}>{t('call.level')}</label>
      <meter id={id} min={0} max={0.4} value={level} />
    </div>
  )
}
