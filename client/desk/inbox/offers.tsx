import { useStore } from '@nanostores/react'
import { Link } from 'wouter'
import type { InvitationCard, Offer } from '../../../server/contract/desk.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { messageSquareIcon, phoneIncomingIcon, videoIcon } from '../../ui/icons.ts'
import { useNow } from '../../ui/use-now.ts'
import { useDesk } from '../desk-context.ts'
import { InvitationCards } from '../team/invitation-cards.tsx'
import { useFail } from '../use-fail.ts'
import { visitorName } from '../visitor-name.ts'

const icons = { chat: messageSquareIcon, voice: phoneIncomingIcon, video: videoIcon }

type Props = { accept: (offer: Offer) => void; comeIn: (card: InvitationCard) => void }

/** What rings here now, each with who, why, how long they wait, and the time left to answer. */
export function Offers({ accept, comeIn }: Props) {
  const { t } = useI18n()
  const { inbox } = useDesk()
  const offers = useStore(inbox.$offers)
  return (
    <div className="offers" aria-live="assertive" aria-label={t('desk.offers')} role="group">
      {offers.map((offer) => (
        <OfferCard key={offer.offerId} offer={offer} accept={accept} />
      ))}
      <InvitationCards accept={comeIn} />
    </div>
  )
}

function OfferCard({ offer, accept }: { offer: Offer; accept: (offer: Offer) => void }) {
  const i18n = useI18n()
  const { t, span } = i18n
  const { inbox, wire } = useDesk()
  const fail = useFail()
  const now = useNow(wire.serverNow, 500)
  const name = visitorName(i18n, offer.visitorName, offer.conversationId)
  return (
    <section className="offer" aria-label={name}>
      <p className="offer-who">
        <Icon of={icons[offer.kind]} />
        <strong>
          <bdi>{name}</bdi>
        </strong>
      </p>
      <p>{t(offer.task ? `desk.offerTask_${offer.task}` : `desk.offer_${offer.kind}`)}</p>
      {offer.transfer ? <HandedOn transfer={offer.transfer} /> : null}
      {offer.lastText ? (
        <p className="offer-text" dir="auto">
          {offer.lastText}
        </p>
      ) : null}
      <p className="offer-wait" aria-live="off">
        {t('desk.waitsFor', { span: span(Math.max(0, now - offer.waitingSince)) })}
      </p>
      <TimeLeft offer={offer} now={now} />
      <div className="row">
        <Button look="primary" onClick={() => accept(offer)}>
          {t('desk.accept')}
        </Button>
        <Button onClick={() => inbox.decline(offer.offerId).catch(fail)}>{t('desk.decline')}</Button>
        <Link href={`/c/${offer.conversationId}`} className="button quiet">
          {t('team.read')}
        </Link>
      </div>
    </section>
  )
}

/** By whom, and what they say about it. */
function HandedOn({ transfer: { from, to, note, back } }: { transfer: NonNullable<Offer['transfer']> }) {
  const { t } = useI18n()
  return (
    <>
      <p>{back ? t(`team.back_${back}`, { name: to }) : t('team.handsOn', { name: from })}</p>
      {note ? (
        <p className="offer-note" dir="auto">
          {note}
        </p>
      ) : null}
    </>
  )
}

/** A line that shrinks to the server's deadline; in words for those who do not see it. */
function TimeLeft({ offer, now }: { offer: Offer; now: number }) {
  const { t, span } = useI18n()
  const left = Math.max(0, offer.deadline - now)
  return (
    <div className="offer-left" aria-live="off" title={t('desk.timeLeft', { span: span(left) })}>
      <span style={{ scale: `${Math.min(1, left / offer.offerMs)} 1` }} />
    </div>
  )
}
