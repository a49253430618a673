/** The whole configuration out as a file, and a file in: first what it would change, then the change. */
import { useEffect, useState } from 'react'
import type { ImportReport } from '../../../server/contract/configuration.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { showToast } from '../../ui/toast.tsx'
import { failureOf } from '../../wire/request-error.ts'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import { Differences } from './difference.tsx'
import { reasonWords } from './faults.ts'
import { useAllItems } from './items-context.ts'
import { descriptions } from './kinds/kinds.ts'
import { differences } from './merge.ts'
import { kindWord } from './sections.ts'
import { sayPlace } from './say.ts'
import { useSpeech } from './use-speech.ts'

const ADDRESS = '/api/desk/configuration-file'

export function TransferPage() {
  const { t } = useI18n()
  const session = useSession()
  const items = useAllItems()
  const fail = useFail()
  useEffect(() => {
    items.load('person', 'team', 'skill', 'queue', 'hours', 'form', 'disposition').catch(fail)
  }, [items])
  const take = async () => {
    const answer = await session.fetch(ADDRESS)
    const link = document.createElement('a')
    link.href = URL.createObjectURL(await answer.blob())
    link.download = `parley-${new Date().toISOString().slice(0, 10)}.json`
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <section className="transfer" aria-label={t('admin.transfer')}>
      <h2>{t('admin.transfer')}</h2>
      <section className="more">
        <h3>{t('admin.export')}</h3>
        <p className="quiet">{t('admin.exportHint')}</p>
        <Button onClick={() => void take().catch(fail)}>{t('admin.exportNow')}</Button>
      </section>
      <Bring />
    </section>
  )
}

const nameIn = (body: unknown): string => (body as { name?: string }).name ?? ''

type Brought = { name: string; file: unknown; report: ImportReport }

function Bring() {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [brought, setBrought] = useState<Brought | null>(null)
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  const send = async (file: unknown, apply: boolean): Promise<ImportReport> => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ apply, file })
    return (await (await session.fetch(ADDRESS, { method: 'POST', headers, body })).json()) as ImportReport
  }
  const during = async (work: () => Promise<void>) => {
    setBusy(true)
    setFault('')
    await work().catch((error: unknown) => {
      const unreadable = error instanceof SyntaxError || failureOf(error).code === 'badInput'
      if (unreadable) setFault(t('admin.importUnreadable'))
      else fail(error)
    })
    setBusy(false)
  }
  const look = (given: File) =>
    during(async () => {
      setBrought(null)
      const file: unknown = JSON.parse(await given.text())
      setBrought({ name: given.name, file, report: await send(file, false) })
    })
  const apply = ({ file, name }: Brought) =>
    during(async () => {
      const report = await send(file, true)
      if (report.faults.length > 0) return setBrought({ name, file, report })
      setBrought(null)
      showToast({ text: t('admin.imported', { count: report.created + report.changed }) })
    })
  return (
    <section className="more" aria-busy={busy}>
      <h3>{t('admin.import')}</h3>
      <p className="quiet">{t('admin.importHint')}</p>
      <label className="button plain file-button">
        <span>{t('admin.chooseFile')}</span>
        <input
          type="file"
          accept="application/json,.json"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? []
            if (file) void look(file)
            event.currentTarget.value = ''
          }}
        />
      </label>
      <p role="alert" className="fault">
        {fault}
      </p>
      {brought ? (
        <Report
          brought={brought}
          busy={busy}
          apply={() => void apply(brought)}
          leave={() => setBrought(null)}
        />
      ) : null}
    </section>
  )
}

type ReportProps = { brought: Brought; busy: boolean; apply(): void; leave(): void }

function Report({ brought: { name, report }, busy, apply, leave }: ReportProps) {
  const { t } = useI18n()
  const { created, changed, same, leftOut, changes, faults } = report
  const nothing = changes.length === 0
  return (
    <div className="notice" role="region" aria-label={t('admin.importReport', { name })}>
      <h4>
        <bdi>{name}</bdi>
      </h4>
      <p>
        {t('admin.importCreated', { count: created })} {t('admin.importChanged', { count: changed })}{' '}
        {t('admin.importSame', { count: same })}
        {leftOut > 0 ? ` ${t('admin.importLeftOut', { count: leftOut })}` : null}
      </p>
      {faults.length > 0 ? <Faults {...{ faults, changes }} /> : null}
      <Changes changes={changes} />
      <div className="form-row">
        <Button look="primary" busy={busy} disabled={nothing || faults.length > 0} onClick={apply}>
          {t('admin.importNow')}
        </Button>
        <Button onClick={leave}>{t('desk.cancel')}</Button>
      </div>
    </div>
  )
}

function Faults({ faults, changes }: Pick<ImportReport, 'faults' | 'changes'>) {
  const { t } = useI18n()
  const speech = useSpeech()
  const named = new Map(changes.map(({ kind, id, after }) => [`${kind} ${id}`, nameIn(after)]))
  return (
    <>
      <p className="fault">{t('admin.importFaults')}</p>
      <ul className="import-list">
        {faults.map(({ kind, id, reason, field }, at) => (
          <li key={at}>
            {t(kindWord(kind))} <bdi>{named.get(`${kind} ${id}`) || speech.nameOf(kind, id) || id}</bdi>
            {field ? ` › ${sayPlace(speech, descriptions[kind].fields, field)}` : ''}:{' '}
            {t(reasonWords[reason])}
          </li>
        ))}
      </ul>
    </>
  )
}

function Changes({ changes }: Pick<ImportReport, 'changes'>) {
  const { t } = useI18n()
  const { nameOf } = useSpeech()
  return (
    <ul className="import-list">
      {changes.map(({ kind, id, before, after }) => {
        const name = nameIn(after) || nameOf(kind, id) || id
        return (
          <li key={`${kind} ${id}`}>
            <details>
              <summary>
                {t(before === null ? 'admin.deed_created' : 'admin.deed_changed')}: {t(kindWord(kind))}{' '}
                <bdi>{name}</bdi>
              </summary>
              <Differences source={kind} of={differences(before, after)} />
            </details>
          </li>
        )
      })}
    </ul>
  )
}
