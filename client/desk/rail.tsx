import { type ReactNode, useState } from 'react'
import { Link, useRoute } from 'wouter'
import type { Person } from '../../server/contract/desk.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { headphonesIcon, historyIcon, inboxIcon, keyboardIcon, settingsIcon, usersIcon } from '../ui/icons.ts'
import { clipboardCheckIcon } from '../ui/icons-judge.ts'
import { gaugeIcon } from '../ui/icons-team.ts'
import { Mentions } from './mentions/mention-list.tsx'
import type { Session } from './session/desk-session.ts'
import { SignOut } from './session/sign-out.tsx'
import { PreferencesDialog } from './settings/preferences-dialog.tsx'
import { ShortcutsDialog } from './shortcuts-dialog.tsx'
import { useKeys } from './use-keys.ts'
import { may } from '../../server/permission/permission.ts'

type RailProps = { session: Session; me: Person; answers: boolean; finds: boolean }

/** The places of the desk, and what concerns oneself. */
export function Rail({ session, me, answers, finds }: RailProps) {
  const { t } = useI18n()
  const [open, setOpen] = useState<'none' | 'shortcuts' | 'preferences'>('none')
  useKeys({ '?': () => setOpen('shortcuts') })
  const close = () => setOpen('none')
  const manages = may(me.role, 'managePeople')
  return (
    <nav className="rail" aria-label={t('desk.navigation')}>
      {answers ? (
        <Place to="/" also="/c/:id/:earlier?" icon={inboxIcon}>
          {t('desk.inbox')}
        </Place>
      ) : null}
      {may(me.role, 'supervise') ? (
        <Place to="/board" also="/board" icon={gaugeIcon}>
          {t('team.board')}
        </Place>
      ) : null}
      {finds ? (
        <Place to="/replay" also="/replay/:id" icon={historyIcon}>
          {t('desk.replay')}
        </Place>
      ) : null}
      <Place to="/reviews" also="/reviews/:place?/:id?" icon={clipboardCheckIcon}>
        {t('judge.reviews')}
      </Place>
      {answers ? (
        <Place to="/devices" also="/devices" icon={headphonesIcon}>
          {t('devices.title')}
        </Place>
      ) : null}
      {manages ? (
        <Place to="/settings" also="/settings/:section?/:id?" icon={usersIcon}>
          {t('desk.settings')}
        </Place>
      ) : null}
      <span className="rail-gap" />
      {answers ? <Mentions /> : null}
      <IconButton
        icon={keyboardIcon}
        label={t('desk.shortcuts')}
        shortcut="?"
        className="rail-keys"
        onClick={() => setOpen('shortcuts')}
      />
      <IconButton icon={settingsIcon} label={t('desk.preferences')} onClick={() => setOpen('preferences')} />
      <SignOut session={session} />
      <span className="rail-me" title={me.name}>
        <Avatar name={me.name} side="agent" />
        <span className="visually-hidden">{me.name}</span>
      </span>
      {open === 'shortcuts' ? <ShortcutsDialog answers={answers} finds={finds} close={close} /> : null}
      {open === 'preferences' ? <PreferencesDialog session={session} close={close} /> : null}
    </nav>
  )
}

function Place({
  to,
  also,
  icon,
  children,
}: {
  to: string
  also: string
  icon: string
  children: ReactNode
}) {
  const [here] = useRoute(to)
  const [within] = useRoute(also)
  return (
    <Link
      href={to}
      className="rail-place"
      aria-current={here || within ? 'page' : undefined}
      title={String(children)}
    >
      <Icon of={icon} />
      <span className="visually-hidden">{children}</span>
    </Link>
  )
}
