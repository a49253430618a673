import { useState } from 'react'
import type { KeepingPreview } from '../../../../server/contract/keeping.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { useFail } from '../../use-fail.ts'
import type { Item } from '../items.ts'
import { Preview } from './preview.tsx'
import { usePost } from '../../use-post.ts'

/** Below a rule: what it would remove by itself, as it is saved. */
export function RuleMore({ item: { body } }: { item: Item }) {
  const { t } = useI18n()
  const post = usePost()
  const fail = useFail()
  const [found, setFound] = useState<KeepingPreview | null>(null)
  if (body['what'] !== 'delete') return null
  const look = async () => setFound(await post<KeepingPreview>('/api/desk/keeping/preview', { draft: body }))
  return (
    <section className="more">
      <h3>{t('admin.keepPreviewOne')}</h3>
      <p className="quiet">{t('admin.keepPreviewOneHint')}</p>
      <Button onClick={() => void look().catch(fail)}>{t('admin.keepPreviewNow')}</Button>
      {found ? <Preview found={found} /> : null}
    </section>
  )
}
