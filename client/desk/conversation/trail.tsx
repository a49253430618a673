import { useStore } from '@nanostores/react'
import { useEffect, useState } from 'react'
import type { About } from '../../../server/contract/desk.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import type { Room } from '../desk.ts'
import { useDesk } from '../desk-context.ts'

/** With what the visitor is there, from where they came, and the way they took through the shop. */
export function Trail({ room }: { room: Room }) {
  const { t, time, exact } = useI18n()
  const about = useAbout(room)
  if (!about) return null
  const { device, referrer, pages } = about
  return (
    <>
      <dl className="facts">
        {device ? (
          <div>
            <dt>{t('work.device')}</dt>
            <dd dir="ltr">{[device.browser, device.system].filter(Boolean).join(' · ')}</dd>
          </div>
        ) : null}
        {referrer ? (
          <div>
            <dt>{t('work.cameFrom')}</dt>
            <dd>
              <bdi dir="ltr" title={referrer}>
                {/^https?:\/\/([^/?#]+)/.exec(referrer)?.[1] ?? referrer}
              </bdi>
            </dd>
          </div>
        ) : null}
      </dl>
      {pages.length > 1 ? (
        <>
          <h3>{t('work.trail')}</h3>
          <ol className="trail" aria-label={t('work.trail')}>
            {pages.map((page) => (
              <li key={`${page.at} ${page.url}`}>
                <time title={exact(page.at)}>{time(page.at)}</time>{' '}
                <bdi title={page.url}>{page.title || page.url}</bdi>
              </li>
            ))}
          </ol>
        </>
      ) : null}
    </>
  )
}

/** Read anew with each page that the visitor goes to. */
function useAbout({ conversationId, thread }: Room): About | null {
  const { wire } = useDesk()
  const { state, phase } = useStore(thread.$view)
  const [about, setAbout] = useState<About | null>(null)
  const url = state.page?.url
  useEffect(() => {
    if (phase !== 'ready') return
    let latest = true
    // Without it the column says less; the next page or connection asks again.
    const stop = wire.onOnline(() => {
      wire.request('visitor.about', { conversationId }).then(
        (found) => latest && setAbout(found),
        () => undefined,
      )
    })
    return () => {
      latest = false
      stop()
    }
  }, [wire, conversationId, url, phase])
  return about
}
