import { useState } from 'react'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button } from '../../../ui/button.tsx'
import { useSession } from '../../session/session-context.ts'
import { useFail } from '../../use-fail.ts'
import { Secret } from '../copying.tsx'
import { Editor } from '../editor.tsx'
import type { MoreProps } from '../items.ts'
import { useItems } from '../items-context.ts'
import { descriptions } from '../kinds/kinds.ts'

/** A link to the page that also sets the first password. */
const welcome = (link: string): string => link.replace('/desk#', '/desk/welcome#')

/** How somebody comes in, and what they serve. */
export function PersonMore({ item, link }: MoreProps) {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [shown, setShown] = useState(link)
  const [busy, setBusy] = useState(false)
  const name = String(item.body['name'])
  const renew = async () => {
    setBusy(true)
    try {
      const answer = await session.fetch(`/api/desk/people/${item.id}/link`, { method: 'POST' })
      setShown(((await answer.json()) as { link: string }).link)
    } catch (error) {
      fail(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <section className="more">
        <h3>{t('admin.signIn')}</h3>
        {shown ? <Secret words={t('desk.linkFor', { name })} text={welcome(shown)} /> : null}
        {item.body['disabled'] === true ? (
          <p className="quiet">{t('admin.disabledNow')}</p>
        ) : (
          <Button busy={busy} onClick={() => void renew()}>
            {t('desk.newLink')}
          </Button>
        )}
      </section>
      <section className="more">
        <h3>{t('admin.kind_profile')}</h3>
        <ProfileEditor id={item.id} name={name} />
      </section>
    </>
  )
}

function ProfileEditor({ id, name }: { id: string; name: string }) {
  const { t } = useI18n()
  const { fields, blank } = descriptions.profile
  const [fresh] = useState(() => ({ id, version: 0, body: blank() }))
  const item = useItems('profile').find((one) => one.id === id) ?? fresh
  return (
    <Editor
      source="profile"
      slot={id}
      item={item}
      fields={fields}
      title={t('admin.profileOf', { name })}
      saved={() => undefined}
    />
  )
}
