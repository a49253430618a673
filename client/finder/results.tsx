import type { KeyboardEvent } from 'react'
import { Link } from 'wouter'
import type { Found, FoundConversation, FoundLine } from '../../server/contract/finder.ts'
import { Level } from '../desk/access/level.tsx'
import { visitorName } from '../desk/visitor-name.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Icon } from '../ui/icon.tsx'
import { messageSquareIcon, phoneIcon, screenShareIcon, videoIcon } from '../ui/icons.ts'
import { Pill } from '../ui/pill.tsx'

const icons = { voice: phoneIcon, video: videoIcon, screen: screenShareIcon }

/** Arrows go from one link to the next; before the first one stands the field. */
function moveOn(event: KeyboardEvent<HTMLElement>, back: () => void): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (event.key === 'Escape') back()
  if (by === 0) return
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('a')]
  const at = links.findIndex((link) => link === document.activeElement)
  if (at < 0) return
  event.preventDefault()
  if (at + by < 0) back()
  else links[at + by]?.focus()
}

/** Conversations in a table, each with the lines in which something was found. */
export function Results({ found, words, back }: { found: Found; words: string; back: () => void }) {
  const { t } = useI18n()
  return (
    <div className="replay-table" onKeyDown={(event) => moveOn(event, back)} role="presentation">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('replay.when')}</th>
            <th scope="col">{t('replay.who')}</th>
            <th scope="col">{t('replay.agent')}</th>
            <th scope="col">{t('replay.medium')}</th>
            <th scope="col">{t('replay.messages')}</th>
            <th scope="col">{t('replay.call')}</th>
          </tr>
        </thead>
        {found.items.map((item) => (
          <tbody key={`${item.conversationId} ${item.lines[0]?.seq ?? ''}`}>
            <Row item={item} />
            {item.lines.length > 0 ? <Lines item={item} words={words} /> : null}
          </tbody>
        ))}
      </table>
    </div>
  )
}

function Row({ item }: { item: FoundConversation }) {
  const i18n = useI18n()
  const { t, n, day, time, clock, exact, list } = i18n
  return (
    <tr>
      <td title={exact(item.startedAt)}>
        {day(item.startedAt)} <span className="quiet">{time(item.startedAt)}</span>
        {item.endedAt === null ? <Pill>{t('replay.running')}</Pill> : null}
      </td>
      <th scope="row">
        <Link href={`/replay/${item.conversationId}`}>
          <bdi>{visitorName(i18n, item.visitor.name, item.conversationId)}</bdi>
        </Link>{' '}
        <Level of={item.sensitivity} />
        {item.locked ? <Pill>{t('access.locked')}</Pill> : null}
      </th>
      <td>
        <bdi>{list(item.agents.map((agent) => agent.name))}</bdi>
      </td>
      <td>
        <span className="replay-media">
          <Medium icon={messageSquareIcon} label={t('replay.messages')} />
          {item.media.map((medium) => (
            <Medium key={medium} icon={icons[medium]} label={t(`replay.medium_${medium}`)} />
          ))}
        </span>
      </td>
      <td className="replay-count">{n(item.messages)}</td>
      <td className="replay-call">
        {item.callMs > 0 ? (
          <>
            <span className="clock">{clock(item.callMs)}</span>{' '}
            <span className="quiet">{t(item.recorded ? 'replay.recorded' : 'replay.notRecorded')}</span>
          </>
        ) : (
          '–'
        )}
      </td>
    </tr>
  )
}

/** To the moment of a line, with what was looked for, so that the replay shows where else it is. */
function addressOf(
  { conversationId }: FoundConversation,
  { kind, seq, at }: FoundLine,
  words: string,
): string {
  const moment = kind === 'spoken' ? ['at', String(at)] : ['seq', String(seq)]
  return `/replay/${conversationId}?${new URLSearchParams([moment, ['q', words]])}`
}

function Lines({ item, words }: { item: FoundConversation; words: string }) {
  const i18n = useI18n()
  const { day, time, t } = i18n
  const visitor = visitorName(i18n, item.visitor.name, item.conversationId)
  return (
    <tr className="finder-lines">
      <td colSpan={6}>
        <ul>
          {item.lines.map((line) => (
            <li key={`${line.kind} ${line.seq}`}>
              <Link href={addressOf(item, line, words)} className={`finder-line ${sideOf(line)}`}>
                <span className="finder-line-head">
                  <bdi>{line.by ?? visitor}</bdi>
                  {line.kind === 'message' ? null : <Pill>{t(`find.${line.kind}`)}</Pill>}
                  <time dateTime={new Date(line.at).toISOString()}>
                    {day(line.at)} {time(line.at)}
                  </time>
                </span>
                <span className="finder-line-text" dir="auto">
                  <Marked line={line} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </td>
    </tr>
  )
}

const sideOf = ({ kind, by }: FoundLine): string =>
  kind === 'note' ? 'noted' : by === null ? 'visitor' : 'agent'

/** The text with its hits in marks. */
function Marked({ line: { text, hits, cut } }: { line: FoundLine }) {
  const ends = [0, ...hits.map(([, to]) => to)]
  return (
    <>
      {cut[0] ? '… ' : null}
      {hits.map(([from, to], index) => (
        <span key={from}>
          {text.slice(ends[index], from)}
          <mark>{text.slice(from, to)}</mark>
        </span>
      ))}
      {text.slice(ends.at(-1))}
      {cut[1] ? ' …' : null}
    </>
  )
}

function Medium({ icon, label }: { icon: string; label: string }) {
  return (
    <span title={label}>
      <Icon of={icon} size={16} />
      <span className="visually-hidden">{label}</span>
    </span>
  )
}
