/** The administration: its places on one side, the one that is open on the other. */
import { useStore } from '@nanostores/react'
import { type ReactNode, useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { Person } from '../../../server/contract/desk.ts'
import { may } from '../../../server/permission/permission.ts'
import { createI18n, type I18n } from '../../i18n/i18n.ts'
import type { Key } from '../../i18n/keys.ts'
import { loadMessages } from '../../i18n/load.ts'
import { I18nContext, useI18n } from '../../i18n/use-i18n.ts'
import { Missing } from '../../ui/missing.tsx'
import { part } from '../../wire/part.ts'
import { sections as deskSections } from '../app-sections.ts'
import { useSession } from '../session/session-context.ts'
import { AuditPage } from './audit-page.tsx'
import { BacklogPage } from './backlog/backlog-page.tsx'
import { claimDrafts } from './draft.ts'
import { FirstStepsPage } from './first-steps-page.tsx'
import { createItems } from './items.ts'
import { ItemsContext } from './items-context.ts'
import { KeepingPage } from './keeping/keeping-page.tsx'
import { SectionPage } from './section-page.tsx'
import { sectionsFor } from './sections.ts'
import { TransferPage } from './transfer-page.tsx'
import { type Steps, useFirstSteps } from './use-first-steps.ts'
import './admin.css'

type PageProps = { section: string | null; selected: string | null }

export function AdminPage(props: PageProps) {
  const session = useSession()
  const who = useStore(session.$who)
  const [items] = useState(() => createItems(session))
  if (who.phase !== 'in') return null
  claimDrafts(who.person.id)
  return (
    <AdminWords>
      <ItemsContext value={items}>
        <Places {...props} me={who.person} />
      </ItemsContext>
    </AdminWords>
  )
}

/** Most who work at the desk never come here: the words of it are fetched by those who do. */
function AdminWords({ children }: { children: ReactNode }) {
  const outer = useI18n()
  const [inner, setInner] = useState<I18n | null>(null)
  useEffect(() => {
    let latest = true
    void part(() => loadMessages(outer.locale, [...deskSections, 'admin'])).then((messages) => {
      if (latest) setInner(createI18n(outer.locale, messages))
    })
    return () => {
      latest = false
    }
  }, [outer.locale])
  if (!inner)
    return (
      <main className="page" aria-busy="true">
        <Missing />
      </main>
    )
  return <I18nContext value={inner}>{children}</I18nContext>
}

/** What is no list of items. */
function others(me: Person): { name: string; words: Key }[] {
  return [
    ...(may(me.role, 'manageKeeping') ? [{ name: 'keeping', words: 'admin.keeping' as const }] : []),
    ...(may(me.role, 'tendStorage') ? [{ name: 'storage', words: 'admin.backlog' as const }] : []),
    ...(may(me.role, 'readAudit') ? [{ name: 'audit', words: 'admin.audit' as const }] : []),
    ...(may(me.role, 'transferConfiguration')
      ? [{ name: 'transfer', words: 'admin.transfer' as const }]
      : []),
    ...(may(me.role, 'setUp') ? [{ name: 'first-steps', words: 'admin.firstSteps' as const }] : []),
  ]
}

const first = ({ name }: { name: string }): number => (name === 'first-steps' ? 1 : 0)

function Places({ section, selected, me }: PageProps & { me: Person }) {
  const { t } = useI18n()
  const steps = useFirstSteps(may(me.role, 'setUp'), `${section} ${selected}`)
  const offered = steps.now?.offered ?? false
  const all = [...sectionsFor(me.role), ...others(me)]
  // What is to be done first stands first.
  const places = [...all].sort((one, other) => (offered ? first(other) - first(one) : 0))
  if (places.length === 0) return <main className="page">{t('desk.settingsFor')}</main>
  return (
    <main className={`page admin ${section === null ? 'start' : 'inside'}`}>
      <h1 className="visually-hidden">{t('admin.title')}</h1>
      <nav className="admin-places" aria-label={t('admin.title')}>
        <p className="admin-title" aria-hidden="true">
          {t('admin.title')}
        </p>
        <ul>
          {places.map(({ name, words }) => (
            <li key={name}>
              <Link href={`/settings/${name}`} aria-current={name === section ? 'page' : undefined}>
                {t(words)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="admin-place">
        {section === null ? null : (
          <Link href="/settings" className="admin-back">
            {t('admin.title')}
          </Link>
        )}
        {section !== null && offered && section !== 'first-steps' ? (
          <Link href="/settings/first-steps" className="pill">
            {t('admin.backToSteps')}
          </Link>
        ) : null}
        <Place section={section} selected={selected} me={me} steps={steps} />
      </div>
    </main>
  )
}

function Place({ section, selected, me, steps }: PageProps & { me: Person; steps: Steps }) {
  const { t } = useI18n()
  const found = sectionsFor(me.role).find(({ name }) => name === section)
  if (found) return <SectionPage key={found.name} section={found} selected={selected} />
  if (!others(me).some(({ name }) => name === section)) {
    return <p className="quiet">{t(section === null ? 'admin.choosePlace' : 'admin.gone')}</p>
  }
  if (section === 'keeping') return <KeepingPage />
  if (section === 'storage') return <BacklogPage />
  if (section === 'audit') return <AuditPage />
  if (section === 'transfer') return <TransferPage />
  return <FirstStepsPage steps={steps} />
}
