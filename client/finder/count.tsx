import type { Found } from '../../server/contract/finder.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import type { Form } from './form.ts'

/** How many there are, and whether they are spelt as one typed. */
export function Count({ found, form }: { found: Found; form: Form }) {
  const { t, list } = useI18n()
  const { count, instead } = found
  const what = form.words.trim() === '' ? 'conversations' : 'lines'
  return (
    <>
      {count && count.n > 0 ? (
        <p>{t(count.more ? `find.more_${what}` : `find.count_${what}`, { count: count.n })}</p>
      ) : null}
      {instead.length > 0 ? (
        <p>
          {t('find.instead')} <bdi>{list(instead)}</bdi>
        </p>
      ) : null}
    </>
  )
}
