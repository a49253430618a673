import { useI18n } from '../../i18n/use-i18n.ts'
import { deedFields } from './kinds/deeds.ts'
import { descriptions } from './kinds/kinds.ts'
import type { Description } from './fields.ts'
import type { Difference } from './merge.ts'
import { sayPlace, sayValue } from './say.ts'
import { useSpeech } from './use-speech.ts'

const known: Readonly<Record<string, Description>> = descriptions

/** What was and what is, place by place; of what no form shows, only what has a name. What there was not before is not told as nothing. */
export function Differences({ source, of }: { source: string; of: Difference[] }) {
  const { t, dir } = useI18n()
  const speech = useSpeech()
  const fields = [...(known[source]?.fields ?? []), ...deedFields]
  return (
    <dl className="differences">
      {of.map(({ path, before, after }) => (
        <div key={path}>
          <dt>{sayPlace(speech, fields, path)}</dt>
          <dd>
            {before === undefined ? null : (
              <>
                <del>
                  <span className="visually-hidden">{t('admin.was')} </span>
                  <bdi>{sayValue(speech, fields, path, before)}</bdi>
                </del>
                <span aria-hidden="true">{dir === 'rtl' ? '←' : '→'}</span>
              </>
            )}
            <ins>
              <span className="visually-hidden">{t('admin.is')} </span>
              <bdi>{sayValue(speech, fields, path, after)}</bdi>
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  )
}
