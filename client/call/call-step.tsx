import { useStore } from '@nanostores/react'
import type { Source } from '../../server/conversation/conversation.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { circleAlertIcon, micIcon, screenShareIcon, shieldCheckIcon, videoIcon } from '../ui/icons.ts'
import { thisBrowser } from './browser-kind.ts'
import type { Call, Step } from './controller.ts'
import { isHopeless, mendKey } from './mend-words.ts'
import { useTick } from './use-call.ts'

const icons: Record<Source, string> = { mic: micIcon, cam: videoIcon, screen: screenShareIcon }
/** After this long the browser's question has perhaps not been seen. */
const HINT_MS = 8_000

type StepProps = { call: Call; peer: string }

/** The card between a click and its effect: consent, the browser's question, trouble. Nothing when there is none. */
export function CallStep({ call, peer }: StepProps) {
  const step = useStore(call.$step)
  switch (step?.name) {
    case 'consent':
      return <Consent call={call} step={step} />
    case 'trouble':
      return <TroubleCard call={call} step={step} />
    case 'failed':
      return <Failed call={call} step={step} />
    case 'opening':
    case undefined:
      return <Prompting call={call} peer={peer} cancel={step ? call.dismiss : null} />
  }
}

function Consent({ call, step }: { call: Call; step: Step & { name: 'consent' } }) {
  const { t } = useI18n()
  // A spoken message is nothing but its recording.
  const message = step.purpose.kind === 'ask' && step.purpose.voicemail === true
  const required = message || (call.consent === 'required' && step.purpose.kind !== 'raise')
  const decline = step.purpose.kind === 'accept' ? call.decline : call.dismiss
  return (
    <div className="call-step" role="group" aria-label={t('call.consentTitle')}>
      <p className="call-step-title">
        <Icon of={shieldCheckIcon} /> {t('call.consentTitle')}
      </p>
      <ul className="call-step-list">
        {step.sources.map((source) => (
          <li key={source}>{t(`call.consent_${source}`)}</li>
        ))}
      </ul>
      <p>{t(message ? 'call.consentMessage' : required ? 'call.consentRequired' : 'call.consentOptional')}</p>
      <p className="quiet">
        {t(`call.next_${step.sources.length > 1 ? 'both' : (step.sources[0] ?? 'mic')}`)}
      </p>
      <div className="call-step-buttons">
        <Button look="primary" onClick={() => call.agree(true)}>
          {t('call.agree')}
        </Button>
        {required ? (
          <Button onClick={decline}>{t('call.decline')}</Button>
        ) : (
          <Button onClick={() => call.agree(false)}>{t('call.withoutRecording')}</Button>
        )}
        {required ? null : (
          <Button look="quiet" onClick={call.dismiss}>
            {t('call.cancel')}
          </Button>
        )}
      </div>
    </div>
  )
}

/** Stands beside the browser's own question and says why it is asked. `cancel`: gives up what it is asked for. */
function Prompting({ call, peer, cancel }: StepProps & { cancel: (() => void) | null }) {
  const { t } = useI18n()
  const states = { mic: useStore(call.devices.$mic), cam: useStore(call.devices.$cam) }
  const source = states.mic.name === 'prompting' ? 'mic' : 'cam'
  const state = states[source]
  const prompting = state.name === 'prompting' ? state : null
  useTick(prompting !== null, 1_000)
  if (!prompting) return null
  const late = Date.now() - prompting.since > HINT_MS
  return (
    <div className="call-step">
      <div className="call-step-words" role="status">
        <p className="call-step-title">
          <Icon of={icons[source]} /> {t(`call.prompt_${source}`, { name: peer })}
        </p>
        <p className="quiet">{t(late ? `call.promptWhere_${thisBrowser()}` : 'call.promptHow')}</p>
      </div>
      {cancel ? (
        <div className="call-step-buttons">
          <Button onClick={cancel}>{t('call.cancel')}</Button>
        </div>
      ) : null}
    </div>
  )
}

function TroubleCard({ call, step }: { call: Call; step: Step & { name: 'trouble' } }) {
  const { t } = useI18n()
  const { trouble, source, purpose } = step
  const listening = purpose.kind === 'raise' && source === 'mic'
  const withoutCamera = purpose.kind === 'ask' && source === 'cam'
  return (
    <div className="call-step trouble" role="alert">
      <p className="call-step-title">
        <Icon of={circleAlertIcon} /> {t(`call.trouble_${source}_${trouble}`)}
      </p>
      <p>{t(mendKey(trouble))}</p>
      {listening ? <p className="quiet">{t('call.listening')}</p> : null}
      <div className="call-step-buttons">
        {isHopeless(trouble) ? null : (
          <Button look="primary" onClick={call.tryAgain}>
            {t('call.tryAgain')}
          </Button>
        )}
        {withoutCamera ? <Button onClick={() => call.ask('voice')}>{t('call.withoutCamera')}</Button> : null}
        <Button look="quiet" onClick={call.dismiss}>
          {t('call.notNow')}
        </Button>
      </div>
    </div>
  )
}

function Failed({ call, step }: { call: Call; step: Step & { name: 'failed' } }) {
  const { t } = useI18n()
  const words =
    step.code === 'conflict'
      ? 'call.failed_conflict'
      : step.code === 'unavailable'
        ? 'call.failed_offline'
        : 'call.failed'
  return (
    <div className="call-step trouble" role="alert">
      <p className="call-step-title">
        <Icon of={circleAlertIcon} /> {t(words)}
      </p>
      <div className="call-step-buttons">
        <Button look="primary" onClick={call.tryAgain}>
          {t('call.tryAgain')}
        </Button>
        <Button look="quiet" onClick={call.dismiss}>
          {t('call.notNow')}
        </Button>
      </div>
    </div>
  )
}
