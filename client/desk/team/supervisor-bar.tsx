import type { SupervisorMode } from '../../../server/call/call.ts'
import type { CallState, SeatId } from '../../../server/conversation/conversation.ts'
import { may } from '../../../server/permission/permission.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import type { Room } from '../desk.ts'
import { useDesk } from '../desk-context.ts'
import { useFail } from '../use-fail.ts'

const modes: readonly SupervisorMode[] = ['listen', 'whisper', 'barge']

/** How a supervisor takes part in the call, with what each means; and the way to have it wholly. */
export function SupervisorBar({ room, call, own }: { room: Room; call: CallState; own: SeatId }) {
  const { t } = useI18n()
  const { me, team } = useDesk()
  const fail = useFail()
  const seat = call.seats[own]
  if (!may(me.role, 'supervise') || (seat && seat.kind !== 'supervisor')) return null
  const present = seat?.mode ?? 'listen'
  return (
    <section className="call-company" aria-label={t('team.supervising')}>
      <div className="row" role="radiogroup" aria-label={t('team.mode')}>
        {modes.map((mode) => (
          <Button
            key={mode}
            role="radio"
            aria-checked={mode === present}
            look={mode === present ? 'primary' : 'plain'}
            onClick={() => void team.supervise(call.id, mode).catch(fail)}
          >
            {t(`team.mode_${mode}`)}
          </Button>
        ))}
        <Button onClick={() => void team.takeOver(room.conversationId).catch(fail)}>
          {t('team.takeOver')}
        </Button>
      </div>
      <p className="quiet" role="status">
        {t(`team.modeHint_${present}`)}
      </p>
    </section>
  )
}
