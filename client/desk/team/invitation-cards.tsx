import { useStore } from '@nanostores/react'
import { Link } from 'wouter'
import type { InvitationCard } from '../../../server/contract/desk.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { phoneIncomingIcon, videoIcon } from '../../ui/icons.ts'
import { useNow } from '../../ui/use-now.ts'
import { useDesk } from '../desk-context.ts'
import { useFail } from '../use-fail.ts'
import { visitorName } from '../visitor-name.ts'

type Accept = (card: InvitationCard) => void

/** Calls into which colleagues ask; read before they are answered. */
export function InvitationCards({ accept }: { accept: Accept }) {
  const { team } = useDesk()
  const cards = useStore(team.$invitations)
  return cards.map((card) => <Card key={card.invitationId} card={card} accept={accept} />)
}

function Card({ card, accept }: { card: InvitationCard; accept: Accept }) {
  const i18n = useI18n()
  const { t, span } = i18n
  const { team, wire } = useDesk()
  const fail = useFail()
  const now = useNow(wire.serverNow, 500)
  const name = visitorName(i18n, card.visitorName, card.conversationId)
  const left = span(Math.max(0, card.deadline - now))
  return (
    <section className="offer" aria-label={t('team.cardFrom', { from: card.from, name })}>
      <p className="offer-who">
        <Icon of={card.media === 'video' ? videoIcon : phoneIncomingIcon} />
        <strong>
          <bdi>{card.from}</bdi>
        </strong>
      </p>
      <p>{t(`team.asks_${card.purpose}`, { name })}</p>
      {card.queue === null ? null : (
        <p className="quiet">{t('team.forQueue', { queue: card.queue || t('team.everybodysQueue') })}</p>
      )}
      {card.note ? (
        <p className="offer-note" dir="auto">
          {card.note}
        </p>
      ) : null}
      {card.lastText ? (
        <p className="offer-text" dir="auto">
          {card.lastText}
        </p>
      ) : null}
      <p className="offer-wait" aria-live="off">
        {t('desk.timeLeft', { span: left })}
      </p>
      <div className="row">
        <Button look="primary" onClick={() => accept(card)}>
          {t('desk.accept')}
        </Button>
        <Button onClick={() => void team.answer(card.invitationId, false).catch(fail)}>
          {t('desk.decline')}
        </Button>
        <Link href={`/c/${card.conversationId}`} className="button quiet">
          {t('team.read')}
        </Link>
      </div>
    </section>
  )
}
