import { Link } from 'wouter'
import type { KeepingPreview } from '../../../../server/contract/keeping.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { visitorName } from '../../visitor-name.ts'

/** How much would go, and the first of it to look into. */
export function Preview({ found }: { found: KeepingPreview }) {
  const i18n = useI18n()
  const { t, day } = i18n
  const { conversations, recordings, transcripts, attachments, visitors, kept, examples } = found
  return (
    <div className="notice" role="status">
      <p>
        {t('admin.keepConversations', { count: conversations })}{' '}
        {t('admin.keepRecordings', { count: recordings })}{' '}
        {t('admin.keepTranscripts', { count: transcripts })} {t('admin.keepFiles', { count: attachments })}
      </p>
      {visitors > 0 ? <p>{t('admin.keepVisitors', { count: visitors })}</p> : null}
      {kept > 0 ? <p className="quiet">{t('admin.keepKept', { count: kept })}</p> : null}
      {examples.length > 0 ? (
        <ul className="keep-examples">
          {examples.map(({ id, endedAt, name }) => (
            <li key={id}>
              <Link href={`/replay/${id}`}>
                <bdi>{visitorName(i18n, name, id)}</bdi>
              </Link>{' '}
              <span className="quiet">{day(endedAt)}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
