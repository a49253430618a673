import { useStore } from '@nanostores/react'
import { useEffect, useRef, useState } from 'react'
import { beyond, mosOf, verdictOf } from '../../../server/quality/quality.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { type LoopResult, testLoop } from '../../media/loop.ts'
import { Button } from '../../ui/button.tsx'
import { activityIcon } from '../../ui/icons.ts'
import { failureOf } from '../../wire/request-error.ts'
import { useDesk } from '../desk-context.ts'

type State = { name: 'idle' } | { name: 'running' } | LoopResult | { name: 'failed'; code: string }

/** One's own voice through the media node and back, and what that says of calls from here. */
export function ConnectionTest() {
  const { t } = useI18n()
  const { devices, wire } = useDesk()
  const [state, setState] = useState<State>({ name: 'idle' })
  const running = useRef<AbortController | null>(null)
  const mic = useStore(devices.$mic)
  useEffect(() => () => running.current?.abort(), [])
  const track = mic.name === 'on' ? mic.track : null
  const run = async () => {
    if (!track) return
    const ending = new AbortController()
    running.current = ending
    setState({ name: 'running' })
    const result = await testLoop(wire, track, ending.signal).catch(
      (error: unknown): State => ({ name: 'failed', code: failureOf(error).code }),
    )
    if (!ending.signal.aborted) setState(result)
  }
  return (
    <>
      <p className="quiet">{t('devices.testHint')}</p>
      <Button
        look="primary"
        icon={activityIcon}
        busy={state.name === 'running'}
        disabled={!track}
        onClick={() => void run()}
      >
        {t('devices.test')}
      </Button>
      {track ? null : <p className="quiet">{t('devices.testNeedsMic')}</p>}
      <div role="status" className="device-result">
        {state.name === 'running' ? <p>{t('devices.testing')}</p> : null}
        {state.name === 'unreached' ? <p>{t('devices.unreached')}</p> : null}
        {state.name === 'failed' ? <p>{t(failed(state.code))}</p> : null}
        {state.name === 'measured' ? <Result {...state} /> : null}
      </div>
    </>
  )
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
