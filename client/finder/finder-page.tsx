import { useRef, useState } from 'react'
import type { Person } from '../../server/contract/desk.ts'
import { may } from '../../server/permission/permission.ts'
import { RequestsLink } from '../desk/access/requests-link.tsx'
import type { Session } from '../desk/session/desk-session.ts'
import { useSession } from '../desk/session/session-context.ts'
import { useKeys } from '../desk/use-keys.ts'
import { dayWithin } from '../i18n/day-within.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { Chips } from './chips.tsx'
import { Count } from './count.tsx'
import { emptyForm, type Form, narrowings, toSearch } from './form.ts'
import { Fields } from './fields.tsx'
import './finder.css'
import { Nothing } from './nothing.tsx'
import { Results } from './results.tsx'
import { Saved } from './saved.tsx'
import { SearchField } from './search-field.tsx'
import { useChoices, useFind } from './use-find.ts'

/** What was looked for last, so that one comes back to it from a replay. Kept here and not in the address: addresses are logged. */
const last = new WeakMap<Session, Form>()

/** Every conversation, newest first, or what is looked for among them. */
export function FinderPage({ me }: { me: Person }) {
  const { t } = useI18n()
  const session = useSession()
  const [form, setForm] = useState<Form>(() => last.get(session) ?? emptyForm)
  const change = (next: Form) => {
    last.set(session, next)
    setForm(next)
  }
  const choices = useChoices()
  const finding = useFind(toSearch(form))
  const field = useRef<HTMLInputElement>(null)
  const results = useRef<HTMLDivElement>(null)
  useKeys({ '/': () => field.current?.select() })
  const { found } = finding
  const anything = found !== null && (found.items.length > 0 || found.next !== null)
  return (
    <main className="page finder">
      <header className="finder-head">
        <h1>{t('replay.title')}</h1>
        <RequestsLink />
        <Saved form={form} open={change} shares={may(me.role, 'shareSearches')} />
      </header>
      <SearchField
        key={form.words}
        form={form}
        change={change}
        field={field}
        down={() => results.current?.querySelector<HTMLElement>('a')?.focus()}
      />
      <Fields form={form} change={change} choices={choices} />
      <Chips form={form} change={change} choices={choices} />
      <div className="finder-status" role="status">
        {finding.busy && found ? <Spinner size={16} /> : null}
        {found ? <Count found={found} form={form} /> : null}
      </div>
      <div ref={results} aria-busy={finding.busy}>
        {finding.failed ? (
          <p role="alert" className="finder-none">
            {t('find.failed')} <Button onClick={finding.again}>{t('find.again')}</Button>
          </p>
        ) : found === null ? (
          <Bones />
        ) : anything ? (
          <Results found={found} words={form.words} back={() => field.current?.focus()} />
        ) : (
          <Nothing {...{ form, change, choices }} narrowed={narrowings(form)} wordless={found.wordless} />
        )}
      </div>
      <More found={found} busy={finding.busy} more={finding.more} />
    </main>
  )
}

function More({
  found,
  busy,
  more,
}: {
  found: ReturnType<typeof useFind>['found']
  busy: boolean
  more(): void
}) {
  const i18n = useI18n()
  const { t } = i18n
  if (!found || (found.next === null && found.lookedBackTo === null)) return null
  return (
    <div className="finder-more">
      {found.lookedBackTo === null ? null : (
        <p className="quiet">{t('find.lookedBackTo', { day: dayWithin(i18n, found.lookedBackTo) })}</p>
      )}
      {found.next === null ? null : (
        <Button onClick={more} busy={busy}>
          {t(found.lookedBackTo === null ? 'find.more' : 'find.further')}
        </Button>
      )}
    </div>
  )
}

function Bones() {
  const { t } = useI18n()
  return (
    <>
      <p className="visually-hidden">{t('desk.loading')}</p>
      {[0, 1, 2, 3].map((row) => (
        <div key={row} className="bone-row" aria-hidden="true" />
      ))}
    </>
  )
}
