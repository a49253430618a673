import { useStore } from '@nanostores/react'
import { Link } from 'wouter'
import { may } from '../../server/permission/permission.ts'
import { useSession } from '../desk/session/session-context.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Icon } from '../ui/icon.tsx'
import { arrowLeftIcon } from '../ui/icons.ts'

type Props = {
  /** The conversation on the desk, for those who look for none; none: where the desk begins. */
  conversation?: string
  drawn?: boolean
}

/** From a replay back to where one came from. */
export function WayBack({ conversation, drawn = false }: Props) {
  const { t } = useI18n()
  const who = useStore(useSession().$who)
  const finds = who.phase === 'in' && may(who.person.role, 'find')
  const desk = conversation === undefined ? '/' : `/c/${conversation}`
  const words = t(
    finds ? 'replay.back' : conversation === undefined ? 'desk.inbox' : 'judge.openConversation',
  )
  const href = finds ? '/replay' : desk
  if (!drawn) return <Link href={href}>{words}</Link>
  return (
    <Link href={href} className="icon-button quiet" aria-label={words} title={words}>
      <Icon of={arrowLeftIcon} mirror />
    </Link>
  )
}
