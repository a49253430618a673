import { useState } from 'react'
import type { CallState } from '../../../server/conversation/conversation.ts'
import { useTick } from '../../call/use-call.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { shieldCheckIcon } from '../../ui/icons.ts'
import { useDesk } from '../desk-context.ts'
import { useFail } from '../use-fail.ts'

/** What may be written of the call at all. */
export const isRecordable = ({ consent }: CallState): boolean => (consent?.record.length ?? 0) > 0

const ofAgents = ({ pause }: CallState): boolean => pause?.holds.some(({ why }) => why === 'card') ?? false

/** Shows the wish at once; what holds is said beside the clock of the call. */
export function PauseButton({ call }: { call: CallState }) {
  const { t } = useI18n()
  const { team } = useDesk()
  const fail = useFail()
  const [wished, setWished] = useState<boolean | null>(null)
  if (!isRecordable(call)) return null
  const paused = wished ?? ofAgents(call)
  const set = (on: boolean) => {
    setWished(on)
    const told = on ? team.pauseRecording(call.id) : team.resumeRecording(call.id, false)
    void told.catch(fail).finally(() => setWished(null))
  }
  const label = t(paused ? 'team.resumeRecording' : 'team.pauseRecording')
  return (
    <Button
      icon={shieldCheckIcon}
      look={paused ? 'primary' : 'plain'}
      className="pause-recording"
      title={`${label} (Alt+P)`}
      onClick={() => set(!paused)}
    >
      {label}
    </Button>
  )
}

/** Since when nothing is recorded and why; and, when it has lasted long, whether that is still meant. */
export function PauseNotice({ call, serverNow }: { call: CallState; serverNow: () => number }) {
  const { t, clock, span } = useI18n()
  const { team } = useDesk()
  const fail = useFail()
  const [dismissed, setDismissed] = useState(0)
  useTick(call.pause !== undefined, 500)
  const { pause } = call
  if (!pause || !isRecordable(call)) return null
  const lasts = Math.max(0, serverNow() - pause.since)
  const asks = (pause.remindedAt ?? 0) > dismissed
  const ofPage = pause.holds.some(({ why }) => why !== 'card')
  const resume = () => void team.resumeRecording(call.id, true).catch(fail)
  return (
    <section className="call-company pause" aria-label={t('team.pauseRegion')}>
      <p role="status">
        <Icon of={shieldCheckIcon} />
        <span>{t(pause.inForce ? whyWords(ofPage, ofAgents(call)) : 'team.pausing')}</span>
        <span className="clock">{clock(lasts)}</span>
      </p>
      {asks ? <p role="alert">{t('team.pauseForgotten', { span: span(lasts) })}</p> : null}
      {asks || (ofPage && !ofAgents(call)) ? (
        <div className="row">
          <Button look={asks && !ofPage ? 'primary' : 'plain'} onClick={resume}>
            {t(ofPage ? 'team.resumeAnyway' : 'team.resumeNow')}
          </Button>
          {asks ? (
            <Button look="quiet" onClick={() => setDismissed(pause.remindedAt ?? 0)}>
              {t('team.keepPaused')}
            </Button>
          ) : null}
        </div>
      ) : null}
    </section>
  )
}

const whyWords = (ofPage: boolean, ofAgent: boolean) =>
  ofPage && !ofAgent ? ('team.pausedByPage' as const) : ('team.paused' as const)
