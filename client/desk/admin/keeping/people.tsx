/** Finds a person among the visitors; what is stored of them is held, given out or erased. */
import { type FormEvent, useId, useState } from 'react'
import { v7 as newId } from 'uuid'
import { type FoundVisitors, MOST_FOUND } from '../../../../server/contract/keeping.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { showToast } from '../../../ui/toast.tsx'
import { useSession } from '../../session/session-context.ts'
import { useFail } from '../../use-fail.ts'
import { visitorName } from '../../visitor-name.ts'
import { HoldWhat } from './hold-what.tsx'
import { ReasonDialog } from './reason-dialog.tsx'
import { usePost } from '../../use-post.ts'

type Deed = 'hold' | 'export' | 'erase'

export function People({ changed }: { changed(): void }) {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const id = useId()
  const [words, setWords] = useState('')
  const [found, setFound] = useState<FoundVisitors | null>(null)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [deed, setDeed] = useState<Deed | null>(null)
  const look = async (event?: FormEvent) => {
    event?.preventDefault()
    if (words.trim().length < 2) return setFound(null)
    const answer = await session.fetch(`/api/desk/privacy/visitors?q=${encodeURIComponent(words.trim())}`)
    setFound((await answer.json()) as FoundVisitors)
    setChosen([])
  }
  return (
    <section className="more">
      <h3>{t('admin.keepPerson')}</h3>
      <p className="quiet">{t('admin.keepPersonHint')}</p>
      <form className="form-row" role="search" onSubmit={(event) => void look(event).catch(fail)}>
        <div className="labelled">
          <label htmlFor={id}>{t('admin.keepFind')}</label>
          <input
            {...{ id, className: 'field', type: 'search', value: words, maxLength: 254 }}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
        </div>
        <Button submit>{t('admin.keepFindNow')}</Button>
      </form>
      <Found {...{ found, chosen, setChosen }} />
      {chosen.length > 0 ? (
        <div className="form-row">
          <Button onClick={() => setDeed('hold')}>{t('admin.keepHold')}</Button>
          <Button onClick={() => setDeed('export')}>{t('admin.keepExport')}</Button>
          <Button look="danger" onClick={() => setDeed('erase')}>
            {t('admin.keepErase')}
          </Button>
        </div>
      ) : null}
      {deed ? (
        <DeedDialog
          {...{ deed, visitors: chosen }}
          close={() => setDeed(null)}
          done={() => {
            changed()
            void look().catch(fail)
          }}
        />
      ) : null}
    </section>
  )
}

type FoundProps = {
  found: FoundVisitors | null
  chosen: readonly string[]
  setChosen(chosen: readonly string[]): void
}

function Found({ found, chosen, setChosen }: FoundProps) {
  const i18n = useI18n()
  const { t, day } = i18n
  if (!found) return null
  if (found.visitors.length === 0) return <p role="status">{t('admin.keepNobody')}</p>
  const choose = (id: string, on: boolean) =>
    setChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id))
  return (
    <>
      {found.more ? <p role="status">{t('admin.keepMorePeople', { count: MOST_FOUND })}</p> : null}
      <ul className="keep-people">
        {found.visitors.map(({ id, name, talkId, email, externalId, site, conversations, lastAt, held }) => (
          <li key={id}>
            <label className="check">
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={(event) => choose(id, event.currentTarget.checked)}
              />
              <span>
                <bdi className="keep-name">{visitorName(i18n, name, talkId ?? id)}</bdi>{' '}
                {[email, externalId].map((more) => (more ? <bdi key={more}>{more} </bdi> : null))}
                {held ? <span className="pill">{t('admin.keepHeld')}</span> : null}
                <small className="quiet">
                  <bdi>{site}</bdi> · {t('admin.keepTalks', { count: conversations })}
                  {lastAt === null ? null : ` · ${day(lastAt)}`}
                </small>
              </span>
            </label>
          </li>
        ))}
      </ul>
    </>
  )
}

type DeedProps = { deed: Deed; visitors: readonly string[]; close(): void; done(): void }

function DeedDialog({ deed, visitors, close, done }: DeedProps) {
  const { t } = useI18n()
  const post = usePost()
  const [talk, setTalk] = useState('')
  const [only, ...more] = visitors
  const one = deed === 'hold' && talk !== ''
  const deeds: Record<Deed, (reason: string) => Promise<void>> = {
    async hold(reason) {
      if (one) await post('/api/desk/holds', { id: newId(), of: 'conversation', subject: talk, reason })
      else
        for (const subject of visitors)
          await post('/api/desk/holds', { id: newId(), of: 'visitor', subject, reason })
      done()
    },
    async export(reason) {
      const { url } = await post<{ url: string }>('/api/desk/privacy/exports', { visitors, reason })
      const link = document.createElement('a')
      link.href = url
      link.download = ''
      link.click()
    },
    async erase(reason) {
      await post('/api/desk/privacy/erasures', { id: newId(), visitors, reason })
      showToast({ text: t('admin.keepErasing') })
      done()
    },
  }
  return (
    <ReasonDialog
      title={t(`admin.keepTitle_${deed}`)}
      about={t(one ? 'admin.keepAbout_holdOne' : `admin.keepAbout_${deed}`)}
      deed={t(`admin.keepTitle_${deed}`)}
      danger={deed === 'erase'}
      run={deeds[deed]}
      close={close}
    >
      {deed === 'hold' && only !== undefined && more.length === 0 ? (
        <HoldWhat visitorId={only} value={talk} change={setTalk} />
      ) : null}
    </ReasonDialog>
  )
}
