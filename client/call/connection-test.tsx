import { useEffect, useRef, useState } from 'react'
import { beyond, mosOf, verdictOf } from '../../server/quality/quality.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import type { Devices } from '../media/devices.ts'
import { type LoopResult, testLoop } from '../media/loop.ts'
import type { Trouble } from '../media/trouble.ts'
import type { CallWire } from '../media/wire.ts'
import { Button } from '../ui/button.tsx'
import { activityIcon } from '../ui/icons.ts'
import { failureOf } from '../wire/request-error.ts'
import './connection-test.css'

type State =
  | { name: 'idle' }
  | { name: 'running' }
  | { name: 'silent'; trouble: Trouble }
  | { name: 'failed'; code: string }
  | LoopResult

type TestProps = { wire: CallWire; devices: Devices }

/** One's own voice through the media node and back, and what that says of calls from here. */
export function ConnectionTest({ wire, devices }: TestProps) {
  const { t } = useI18n()
  const [state, setState] = useState<State>({ name: 'idle' })
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  const run = async () => {
    const ending = new AbortController()
    running.current = ending
    setState({ name: 'running' })
    const result = await tested(wire, devices, ending.signal)
    if (!ending.signal.aborted) setState(result)
  }
  return (
    <>
      <p className="quiet">{t('devices.testHint')}</p>
      <Button look="primary" icon={activityIcon} busy={state.name === 'running'} onClick={() => void run()}>
        {t('devices.test')}
      </Button>
      <div role="status" className="device-result">
        {state.name === 'running' ? <p>{t('devices.testing')}</p> : null}
        {state.name === 'silent' ? <p>{t(`call.trouble_mic_${state.trouble}`)}</p> : null}
        {state.name === 'unreached' ? <p>{t('devices.unreached')}</p> : null}
        {state.name === 'failed' ? <p>{t(failed(state.code))}</p> : null}
        {state.name === 'measured' ? <Result {...state} /> : null}
      </div>
    </>
  )
}

/** With the microphone that is open, or one that is opened for it. */
async function tested(wire: CallWire, devices: Devices, signal: AbortSignal): Promise<State> {
  const lent = devices.$mic.get().name !== 'on'
  try {
    const track = await devices.open('mic')
    const mic = devices.$mic.get()
    if (!track) return { name: 'silent', trouble: mic.name === 'trouble' ? mic.trouble : 'dismissed' }
    return await testLoop(wire, track, signal)
  } catch (error) {
    return { name: 'failed', code: failureOf(error).code }
  } finally {
    if (lent && devices.occupant() === null) devices.close('mic')
  }
}

const failed = (code: string) => (code === 'tooMany' ? 'devices.testTooOften' : 'devices.testFailed')

function Result({ quality, heard, overTcp }: LoopResult & { name: 'measured' }) {
  const { t, n } = useI18n()
  const mos = mosOf(quality)
  const verdict = verdictOf(mos)
  const advice = beyond(quality).filter((one) => one !== 'score')
  const ms = (figure: number) => t('devices.ms', { figure: n(Math.round(figure)) })
  const figures = [
    ['devices.mos', n(mos, { maximumFractionDigits: 1, minimumFractionDigits: 1 })],
    ['devices.roundTrip', ms(quality.rttMs)],
    ['devices.jitter', ms(quality.jitterMs)],
    ['devices.loss', n(quality.loss, { style: 'percent', maximumFractionDigits: 1 })],
  ] as const
  return (
    <>
      <p className={`device-verdict ${verdict}`}>{t(`devices.verdict_${verdict}`)}</p>
      <dl className="device-figures">
        {figures.map(([name, figure]) => (
          <div key={name}>
            <dt>{t(name)}</dt>
            <dd>{figure}</dd>
          </div>
        ))}
      </dl>
      <ul className="device-advice">
        {advice.map((one) => (
          <li key={one}>{t(`devices.advice_${one}`)}</li>
        ))}
        {overTcp ? <li>{t('devices.advice_tcp')}</li> : null}
        {heard ? null : <li>{t('devices.advice_silent')}</li>}
      </ul>
      <p className="quiet">
        <small>{t('devices.formula')}</small>
      </p>
    </>
  )
}
