import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { SupervisorMode } from '../../../server/call/call.ts'
import type { Board } from '../../../server/contract/board.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { useDesk } from '../desk-context.ts'
import { PeopleDialog } from '../team/people-dialog.tsx'
import '../team/team.css'
import { useFail } from '../use-fail.ts'
import { visitorName } from '../visitor-name.ts'

type Line = Board['conversations'][number]
const modes: readonly SupervisorMode[] = ['listen', 'whisper', 'barge']

/** Every open conversation, with one click to hear it, speak in it, have it, or give it to somebody else. */
export function Conversations({ lines, now }: { lines: readonly Line[]; now: number }) {
  const i18n = useI18n()
  const { t } = i18n
  const [given, setGiven] = useState<Line | null>(null)
  const { team } = useDesk()
  return (
    <section aria-labelledby="board-conversations">
      <h2 id="board-conversations">{t('team.conversations')}</h2>
      {lines.length === 0 ? <p className="quiet">{t('team.noConversations')}</p> : null}
      <ul className="board-conversations">
        {lines.map((line) => (
          <Row key={line.conversationId} line={line} now={now} give={() => setGiven(line)} />
        ))}
      </ul>
      {given ? (
        <PeopleDialog
          conversationId={given.conversationId}
          title={t('team.reassignTitle', {
            name: visitorName(i18n, given.visitorName, given.conversationId),
          })}
          queues
          deeds={[
            {
              ...{ label: 'team.reassign', gives: true },
              run: ({ to, note, anyway }) =>
                team.reassign({ conversationId: given.conversationId, to, note, anyway }),
            },
          ]}
          close={() => setGiven(null)}
        />
      ) : null}
    </section>
  )
}

function Row({ line, now, give }: { line: Line; now: number; give: () => void }) {
  const i18n = useI18n()
  const { t, clock, list } = i18n
  const name = visitorName(i18n, line.visitorName, line.conversationId)
  const since = line.call?.since ?? line.waitingSince ?? line.startedAt
  const medium = line.call ? t(`team.medium_${line.call.media}`) : t('team.medium_chat')
  const { call } = line
  return (
    <li aria-label={name}>
      <strong>
        <bdi>{name}</bdi>
      </strong>
      <span>{line.agent ? <bdi>{line.agent.name}</bdi> : t('team.waits')}</span>
      <span>
        {list([
          medium,
          ...(call?.held ? [t('call.onHold')] : []),
          ...(call && call.people > 2 ? [t('team.people', { count: call.people })] : []),
        ])}
      </span>
      <span className="clock">{clock(Math.max(0, now - since))}</span>
      {call && call.supervisors.length > 0 ? (
        <span className="quiet">{t('team.watchedBy', { names: list(call.supervisors) })}</span>
      ) : null}
      <Acts line={line} name={name} give={give} />
    </li>
  )
}

function Acts({ line, name, give }: { line: Line; name: string; give: () => void }) {
  const { t } = useI18n()
  const desk = useDesk()
  const fail = useFail()
  const [, go] = useLocation()
  const { conversationId, call, agent } = line
  const there = `/c/${conversationId}`
  const then = (work: Promise<unknown>) => void work.then(() => go(there)).catch(fail)
  const mine = agent?.id === desk.me.id
  return (
    <span className="board-acts">
      <Link href={there} className="button quiet" aria-label={t('team.openNamed', { name })}>
        {t('team.open')}
      </Link>
      {call && !mine
        ? modes.map((mode) => (
            <Button
              key={mode}
              look="quiet"
              onClick={() => then(desk.supervise({ conversationId, callId: call.callId, mode }))}
            >
              {t(`team.mode_${mode}`)}
            </Button>
          ))
        : null}
      {mine ? null : (
        <Button look="quiet" onClick={() => then(desk.team.takeOver(conversationId))}>
          {t('team.takeOver')}
        </Button>
      )}
      <Button look="quiet" onClick={give}>
        {t('team.reassign')}
      </Button>
    </span>
  )
}
