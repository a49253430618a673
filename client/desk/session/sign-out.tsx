import { useStore } from '@nanostores/react'
import { useContext, useState } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { logOutIcon } from '../../ui/icons.ts'
import type { Desk } from '../desk.ts'
import { DeskContext } from '../desk-context.ts'
import { useFail } from '../use-fail.ts'
import type { Session } from './desk-session.ts'

/** At once where nothing is at stake; who holds conversations, or talks, is told first what becomes of it. */
export function SignOut({ session }: { session: Session }) {
  const { t } = useI18n()
  const fail = useFail()
  const desk = useContext(DeskContext)
  const [asking, setAsking] = useState(false)
  const leave = async () => {
    setAsking(false)
    // Whoever signs out gives back what they hold, also what they have just ended and could still undo.
    if (desk && !(await desk.endNow())) return
    await session.signOut().catch(fail)
  }
  const press = () => (desk && (heldBy(desk) > 0 || talks(desk)) ? setAsking(true) : void leave())
  return (
    <>
      <IconButton icon={logOutIcon} mirror label={t('desk.signOut')} onClick={press} />
      {asking && desk ? (
        <Warning desk={desk} leave={() => void leave()} close={() => setAsking(false)} />
      ) : null}
    </>
  )
}

const heldBy = ({ inbox, $ending }: Desk): number => {
  const ending = $ending.get()
  return inbox.$mine.get().filter((row) => !ending.has(row.conversationId)).length
}

/** As the agent, or in a colleague's call. */
const talks = ({ $rooms }: Desk): boolean =>
  $rooms.get().some(({ call }) => call.$media.get() !== null && call.$call.get()?.phase === 'connected')

function Warning({ desk, leave, close }: { desk: Desk; leave: () => void; close: () => void }) {
  const { t } = useI18n()
  useStore(desk.inbox.$mine)
  useStore(desk.$ending)
  const count = heldBy(desk)
  return (
    <Dialog title={t('desk.leaveTitle')} close={close}>
      <div className="stack">
        {talks(desk) ? <p>{t('desk.leaveCall')}</p> : null}
        {count > 0 ? <p>{t('desk.leaveHint', { count })}</p> : null}
        <div className="row">
          <Button look="danger" onClick={leave}>
            {t('desk.signOut')}
          </Button>
          <Button onClick={close}>{t('desk.stay')}</Button>
        </div>
      </div>
    </Dialog>
  )
}
