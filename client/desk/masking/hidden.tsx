import { useStore } from '@nanostores/react'
import { type ReactNode, useState } from 'react'
import type { Revealed } from '../../../server/contract/masking.ts'
import { may } from '../../../server/permission/permission.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Written } from '../../ui/written.tsx'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import './hidden.css'

/** Draws the way to what is hidden in a conversation's messages; undefined for whom it is not. */
export function useHidden(conversationId: string): ((seq: number) => ReactNode) | undefined {
  const who = useStore(useSession().$who)
  if (who.phase !== 'in' || !may(who.person.role, 'revealText')) return undefined
  return (seq) => <Hidden conversationId={conversationId} seq={seq} />
}

/** Shown when it is asked for, which is written down, and gone again with the page. */
function Hidden({ conversationId, seq }: { conversationId: string; seq: number }) {
  const { t } = useI18n()
  const session = useSession()
  const fail = useFail()
  const [text, setText] = useState<string | null>(null)
  const show = async () => {
    const answer = await session.fetch(`/api/desk/hidden/${conversationId}/${seq}`, { method: 'POST' })
    setText(((await answer.json()) as Revealed).text)
  }
  if (text === null) {
    return (
      <Button
        look="quiet"
        className="hidden-show"
        title={t('desk.showHiddenHint')}
        onClick={() => void show().catch(fail)}
      >
        {t('desk.showHidden')}
      </Button>
    )
  }
  return (
    <div className="hidden-text" role="status">
      <Written text={text} />
      <Button look="quiet" onClick={() => setText(null)}>
        {t('desk.coverHidden')}
      </Button>
    </div>
  )
}
