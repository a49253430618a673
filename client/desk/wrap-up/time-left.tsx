import type { WrapUp } from '../../../server/contract/desk.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useNow } from '../../ui/use-now.ts'
import { useDesk } from '../desk-context.ts'

/** To the server's deadline. Not read out as it runs. */
export function TimeLeft({ wrapUp }: { wrapUp: WrapUp }) {
  const { t, clock } = useI18n()
  const { wire } = useDesk()
  const now = useNow(wire.serverNow, 500)
  return (
    <span className="wrap-up-left" role="timer" aria-live="off">
      {t('work.left', { clock: clock(Math.max(0, wrapUp.deadline - now)) })}
    </span>
  )
}
