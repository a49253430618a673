/** Who changed what: filtered, a page at a time, each with what was and what is. */
import { useEffect, useId, useState } from 'react'
import { Link } from 'wouter'
import {
  AT_THE_MACHINE,
  AuditAction,
  type AuditEntry,
  AuditKind,
  type AuditPage as Page,
  BY_A_LINK,
  THE_VISITOR,
} from '../../../server/contract/configuration.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useAgo } from '../ago.ts'
import { Button } from '../../ui/button.tsx'
import { DateField } from '../../ui/date-field.tsx'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import { Differences } from './difference.tsx'
import { useAllItems, useItems } from './items-context.ts'
import { differences } from './merge.ts'
import { kindWord } from './sections.ts'
import { linkOf, type Span, spansIn, toldFacts, whoDid } from './told-facts.ts'

type Filter = { kind: string; action: string; person: string; from: string; to: string }
const everything: Filter = { kind: '', action: '', person: '', from: '', to: '' }
const DAY = 86_400_000

/** Days are whole ones of the reader's. */
function queryOf({ from, to, ...same }: Filter, before: string | null): string {
  const dayAt = (day: string) => new Date(`${day}T00:00`).getTime()
  const all = {
    ...same,
    from: from && String(dayAt(from)),
    to: to && String(dayAt(to) + DAY),
    before: before ?? '',
  }
  return new URLSearchParams(Object.entries(all).filter(([, value]) => value !== '')).toString()
}

export function AuditPage() {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const items = useAllItems()
  const [filter, setFilter] = useState(everything)
  const [entries, setEntries] = useState<AuditEntry[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const ask = async (before: string | null): Promise<Page> =>
    (await (await session.fetch(`/api/desk/audit?${queryOf(filter, before)}`)).json()) as Page
  useEffect(() => {
    // Names of what the entries refer to.
    items.load('person', 'team', 'skill', 'queue', 'hours', 'form', 'disposition', 'scorecard').catch(fail)
  }, [items])
  useEffect(() => {
    let latest = true
    ask(null).then((page) => {
      if (!latest) return
      setEntries(page.entries)
      setNext(page.next)
    }, fail)
    return () => {
      latest = false
    }
  }, [filter])
  const more = async () => {
    const page = await ask(next)
    setEntries([...(entries ?? []), ...page.entries])
    setNext(page.next)
  }
  return (
    <section className="audit" aria-label={t('admin.audit')} aria-busy={entries === null}>
      <h2>{t('admin.audit')}</h2>
      <p className="quiet">{t('admin.hint_audit')}</p>
      <Filters filter={filter} change={setFilter} />
      {entries?.length === 0 ? <p className="quiet">{t('admin.auditNone')}</p> : null}
      <ol className="audit-entries">
        {(entries ?? []).map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {next ? <Button onClick={() => void more().catch(fail)}>{t('admin.auditMore')}</Button> : null}
    </section>
  )
}

function Filters({ filter, change }: { filter: Filter; change(filter: Filter): void }) {
  const { t } = useI18n()
  const people = useItems('person')
  const put = (part: Partial<Filter>) => change({ ...filter, ...part })
  return (
    <div className="audit-filters" role="search" aria-label={t('admin.filters')}>
      <Select label={t('admin.what')} value={filter.kind} change={(kind) => put({ kind })}>
        {AuditKind.options.map((kind) => [kind, t(kindWord(kind))])}
      </Select>
      <Select label={t('admin.deed')} value={filter.action} change={(action) => put({ action })}>
        {AuditAction.options.map((action) => [action, t(`admin.deed_${action}`)])}
      </Select>
      <Select label={t('admin.who')} value={filter.person} change={(person) => put({ person })}>
        {[
          ...people.map(({ id, body }): [string, string] => [id, String(body['name'])]),
          [AT_THE_MACHINE.id, AT_THE_MACHINE.name],
          [THE_VISITOR.id, t('admin.theVisitor')],
          [BY_A_LINK.id, t('admin.byALink')],
        ]}
      </Select>
      {(['from', 'to'] as const).map((end) => (
        <DateField
          key={end}
          label={t(`admin.${end}`)}
          value={filter[end]}
          change={(day) => put({ [end]: day })}
        />
      ))}
      <Button look="quiet" onClick={() => change(everything)}>
        {t('admin.noFilter')}
      </Button>
    </div>
  )
}

type SelectProps = { label: string; value: string; change(value: string): void; children: [string, string][] }

function Select({ label, value, change, children }: SelectProps) {
  const { t } = useI18n()
  const id = useId()
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="field" value={value} onChange={(event) => change(event.currentTarget.value)}>
        <option value="">{t('admin.all')}</option>
        {children.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </div>
  )
}

/** Numbers by which only the log itself goes. */
const unsaid: ReadonlySet<string> = new Set(['callId', 'seq'])
/** There is one of each, or what it is called says nothing. */
const namelessKinds: ReadonlySet<string> = new Set(['keepingDaily', 'audit', 'masterKey'])

function Entry({ entry }: { entry: AuditEntry }) {
  const { t, n, exact } = useI18n()
  const ago = useAgo()
  const { action, kind, subjectId, subject, before, after, at, gone } = entry
  const address = linkOf(entry)
  const changes = differences(before, after).filter(({ path }) => !unsaid.has(path))
  const facts = toldFacts(entry, n)
  const nameless = action === 'applied' || namelessKinds.has(kind)
  const name = nameless ? '' : (subject ?? subjectId.slice(-6))
  return (
    <li>
      <div className="audit-head">
        <bdi className="audit-who">{whoDid(entry, t)}</bdi>
        <span>{t(`admin.deed_${action}`)}</span>
        <span className="quiet">{t(kindWord(kind))}</span>
        {address && !nameless ? (
          <Link href={address}>
            <bdi>{name}</bdi>
          </Link>
        ) : (
          <bdi>{name}</bdi>
        )}
        {gone ? <span className="quiet">{t('admin.auditGone')}</span> : null}
        <time className="quiet" dateTime={new Date(at).toISOString()} title={exact(at)}>
          {ago(at)}
        </time>
      </div>
      {changes.length > 0 ? (
        <details open={action === 'changed'}>
          <summary>{t('admin.changes', { count: changes.length })}</summary>
          <Differences source={kind} of={changes} />
        </details>
      ) : null}
      {facts.length > 0 ? <Differences source={kind} of={facts} /> : null}
      {entry.reason === null ? null : <bdi className="audit-reason">{entry.reason}</bdi>}
      <PauseWhy entry={entry} />
      <Spans spans={spansIn(entry)} />
    </li>
  )
}

/** For what nothing was written. */
function PauseWhy({ entry: { action, facts } }: { entry: AuditEntry }) {
  const { t } = useI18n()
  const why = facts?.['why']
  if (action !== 'pausedRecording' && action !== 'resumedRecording') return null
  if (why !== 'card' && why !== 'page' && why !== 'form') return null
  return <span className="quiet">{t(`admin.pauseWhy_${why}`)}</span>
}

const MOST_SPANS = 6

/** When they happened, and how long they are; folded where they are many. */
function Spans({ spans }: { spans: Span[] }) {
  const { t, day, time, clock } = useI18n()
  if (spans.length === 0) return null
  const all = (
    <ul className="audit-spans quiet">
      {spans.map(({ from, to }) => (
        <li key={from}>
          {day(from)} {time(from)} <bdi>({clock(to - from)})</bdi>
        </li>
      ))}
    </ul>
  )
  if (spans.length <= MOST_SPANS) return all
  return (
    <details>
      <summary>{t('admin.auditParts', { count: spans.length })}</summary>
      {all}
    </details>
  )
}
