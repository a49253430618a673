/** From the draft to a version that reviews are made with, and which there are. */
import { useEffect, useState } from 'react'
import { ScorecardBody, type ScorecardVersion } from '../../../../server/contract/scorecard.ts'
import { type DraftFault, draftFaults } from '../../../../server/scorecard/scorecard.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { useAgo } from '../../ago.ts'
import { Button } from '../../../ui/button.tsx'
import { showToast } from '../../../ui/toast.tsx'
import { useSession } from '../../session/session-context.ts'
import { useFail } from '../../use-fail.ts'
import { readDraft } from '../draft.ts'
import type { Item } from '../items.ts'
import { same } from '../path.ts'

export function ScorecardMore({ item }: { item: Item }) {
  const { t, n, exact } = useI18n()
  const ago = useAgo()
  const session = useSession()
  const fail = useFail()
  const [versions, setVersions] = useState<ScorecardVersion[] | null>(null)
  const [busy, setBusy] = useState(false)
  const [unsaved, setUnsaved] = useState(false)
  const address = `/api/desk/scorecards/${item.id}`
  useEffect(() => {
    let latest = true
    session
      .fetch(`${address}/versions`)
      .then(async (answer) => {
        const found = (await answer.json()) as { versions: ScorecardVersion[] }
        if (latest) setVersions(found.versions)
      })
      .catch(fail)
    return () => {
      latest = false
    }
  }, [session, address])
  useEffect(() => setUnsaved(false), [item.version])
  if (versions === null) return null
  const parsed = ScorecardBody.safeParse(item.body)
  const faults = parsed.success ? draftFaults(parsed.data) : []
  const [newest] = versions
  const published = newest !== undefined && same(newest.body, item.body)
  const publish = async () => {
    // What is typed and not saved is known when it is pressed; this part is not drawn anew at each stroke.
    const open = readDraft('scorecard', item.id) !== null
    setUnsaved(open)
    if (open) return
    setBusy(true)
    try {
      const answer = await session.fetch(`${address}/publish`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ version: item.version }),
      })
      const made = (await answer.json()) as ScorecardVersion
      setVersions([made, ...versions.filter(({ id }) => id !== made.id)])
      showToast({ text: t('judge.published', { number: made.number }) })
    } catch (error) {
      fail(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="more" aria-label={t('judge.versions')}>
      <h3>{t('judge.versions')}</h3>
      <p className="quiet">{t('judge.versionsHint')}</p>
      <ul className="members">
        {versions.map(({ id, number, publishedAt, publishedBy }) => (
          <li key={id}>
            <span>{t('judge.version', { number: n(number) })}</span>
            <small className="quiet" title={exact(publishedAt)}>
              <bdi>{publishedBy}</bdi> · {ago(publishedAt)}
            </small>
          </li>
        ))}
      </ul>
      {faults.length > 0 ? <Faults faults={faults} /> : null}
      {published ? <p className="quiet">{t('judge.isPublished')}</p> : null}
      {unsaved ? <p role="alert">{t('judge.saveFirst')}</p> : null}
      <Button disabled={published || faults.length > 0} busy={busy} onClick={() => void publish()}>
        {t('judge.publish')}
      </Button>
    </section>
  )
}

function Faults({ faults }: { faults: DraftFault[] }) {
  const { t, n } = useI18n()
  const words = (fault: DraftFault): string => {
    const sum = 'sum' in fault ? n(fault.sum, { style: 'percent', maximumFractionDigits: 1 }) : ''
    return t(`judge.fault_${fault.is}`, { sum, name: 'name' in fault ? fault.name : '' })
  }
  return (
    <div className="notice">
      <p>{t('judge.notYet')}</p>
      <ul>
        {faults.map((fault) => (
          <li key={JSON.stringify(fault)}>{words(fault)}</li>
        ))}
      </ul>
    </div>
  )
}
