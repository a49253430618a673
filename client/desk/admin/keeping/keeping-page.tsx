/** What is stored of people: given out, held, erased, and removed by rules. */
import { useEffect, useState } from 'react'
import type { HoldItem, KeepingJob } from '../../../../server/contract/keeping.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { useSession } from '../../session/session-context.ts'
import { useFail } from '../../use-fail.ts'
import { Holds } from './holds.tsx'
import { Jobs, Rules } from './jobs.tsx'
import { People } from './people.tsx'
import { underWay } from './under-way.ts'

const AGAIN_MS = 2_000

export function KeepingPage() {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [holds, setHolds] = useState<HoldItem[] | null>(null)
  const [jobs, setJobs] = useState<KeepingJob[] | null>(null)
  const [round, setRound] = useState(0)
  const changed = () => setRound((now) => now + 1)
  const running = underWay(jobs ?? [])
  useEffect(() => {
    let latest = true
    const ask = async () => {
      const [held, done] = await Promise.all(
        ['/api/desk/holds', '/api/desk/keeping/jobs'].map(async (path) => (await session.fetch(path)).json()),
      )
      if (!latest) return
      setHolds((held as { holds: HoldItem[] }).holds)
      setJobs((done as { jobs: KeepingJob[] }).jobs)
    }
    ask().catch(fail)
    return () => {
      latest = false
    }
  }, [session, round])
  useEffect(() => {
    if (!running) return
    const timer = setInterval(changed, AGAIN_MS)
    return () => clearInterval(timer)
  }, [running])
  return (
    <section className="keeping" aria-label={t('admin.keeping')}>
      <h2>{t('admin.keeping')}</h2>
      <p className="quiet">{t('admin.keepingHint')}</p>
      <People changed={changed} />
      <Holds {...{ holds, changed }} />
      <Rules changed={changed} />
      <Jobs jobs={jobs} />
    </section>
  )
}
