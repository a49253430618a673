import type { Invited } from '../../../server/call/call.ts'
import type { CallState, SeatId, SeatState } from '../../../server/conversation/conversation.ts'
import { useCall } from '../../call/use-call.ts'
import type { Key } from '../../i18n/keys.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import type { Room } from '../desk.ts'
import { useDesk } from '../desk-context.ts'
import { useFail } from '../use-fail.ts'
import { PauseButton, PauseNotice } from './pause.tsx'
import { SupervisorBar } from './supervisor-bar.tsx'
import { AddButton, TransferButton } from './transfer-button.tsx'

const isColleague = ({ seats }: CallState, own: SeatId): boolean =>
  seats[own]?.kind === 'agent' && !seats[own].aside

/** In the call bar of who leads the call, and of a colleague whom the visitor hears. */
export function CallDeeds({ room }: { room: Room }) {
  const { call, phase, own } = useCall(room.call)
  if (!call || phase !== 'connected') return null
  if (own !== 'agent') return isColleague(call, own) ? <PauseButton call={call} /> : null
  return (
    <>
      <PauseButton call={call} />
      <TransferButton room={room} />
      <AddButton room={room} callId={call.id} />
    </>
  )
}

/** Who else is in the call or rings, and what becomes of a consultation; for a supervisor, how they take part. */
export function CallCompany({ room, peer }: { room: Room; peer: string }) {
  const { call, phase, own } = useCall(room.call)
  if (!call || phase === 'none' || phase === 'elsewhere') return null
  return (
    <>
      {own === 'agent' || isColleague(call, own) ? (
        <PauseNotice call={call} serverNow={room.call.serverNow} />
      ) : null}
      {own === 'agent' ? (
        <Company call={call} peer={peer} />
      ) : (
        <SupervisorBar room={room} call={call} own={own} />
      )}
      <AsideRecorded call={call} peer={peer} />
    </>
  )
}

/** To all staff in the call: whom they speak to aside may change at any moment. */
function AsideRecorded({ call, peer }: { call: CallState; peer: string }) {
  const { t } = useI18n()
  const recording = call.phase === 'connected' && call.recording && !call.pause
  if (!recording || !Object.values(call.seats).some(({ recorded }) => recorded)) return null
  return (
    <p className="call-company quiet" role="status">
      {t('team.asideRecorded', { name: peer })}
    </p>
  )
}

const others = (call: CallState): [SeatId, SeatState][] =>
  Object.entries(call.seats).filter(([id, { kind }]) => id !== 'agent' && kind !== 'visitor')

function Company({ call, peer }: { call: CallState; peer: string }) {
  const { t } = useI18n()
  const { team } = useDesk()
  const act = useAct()
  const invited = call.invited ?? []
  const consulted = others(call).find(([, { kind, aside }]) => kind === 'agent' && aside)
  const consulting = consulted !== undefined || invited.some(({ purpose }) => purpose === 'consult')
  if (others(call).length === 0 && invited.length === 0) return null
  return (
    <section className="call-company" aria-label={t('team.company')}>
      {invited.map((one) => (
        <p key={one.id} role="status">
          <span>{t(waitsFor(one), { name: one.name || t('team.everybodysQueue') })}</span>
          <Button look="quiet" onClick={() => act(team.withdraw(one.id))}>
            {t('team.withdraw')}
          </Button>
        </p>
      ))}
      {others(call).map(([id, seat]) => (
        <p key={id}>
          <span>{t(wordsOf(seat), { name: seat.name ?? '' })}</span>
          {seat.kind === 'supervisor' || seat.aside ? null : (
            <>
              {seat.kind === 'agent' ? (
                <Button look="quiet" onClick={() => act(team.complete(call.id, id))}>
                  {t('team.complete', { name: seat.name ?? '' })}
                </Button>
              ) : null}
              <Button look="quiet" onClick={() => act(team.remove(call.id, id))}>
                {t('team.remove', { name: seat.name ?? '' })}
              </Button>
            </>
          )}
        </p>
      ))}
      {consulting ? (
        <div className="row">
          {consulted ? (
            <>
              <Button look="primary" onClick={() => act(team.merge(call.id))}>
                {t('team.merge')}
              </Button>
              <Button onClick={() => act(team.complete(call.id, consulted[0]))}>
                {t('team.complete', { name: consulted[1].name ?? '' })}
              </Button>
            </>
          ) : null}
          <Button onClick={() => act(team.cancelConsult(call.id))}>
            {t('team.cancelConsult', { name: peer })}
          </Button>
        </div>
      ) : null}
    </section>
  )
}

function waitsFor({ purpose, personId, queue }: Invited): Key {
  if (purpose === 'guest') return 'team.guestAwaited'
  return queue && personId === null ? 'team.asksQueue' : 'team.rings'
}

function wordsOf({ kind, aside, mode }: SeatState): Key {
  if (kind === 'supervisor') return `team.is_${mode ?? 'listen'}`
  if (kind === 'guest') return 'team.is_guest'
  return aside ? 'team.is_consulted' : 'team.is_colleague'
}

export function useAct(): (work: Promise<unknown>) => void {
  const fail = useFail()
  return (work) => void work.catch(fail)
}
