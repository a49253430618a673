import { useStore } from '@nanostores/react'
import { useCallback, useRef } from 'react'
import { useLocation } from 'wouter'
import type { InvitationCard, Offer } from '../../../server/contract/desk.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Conversation } from '../conversation/conversation.tsx'
import { EmptyConversation } from '../conversation/empty-conversation.tsx'
import { useDesk } from '../desk-context.ts'
import { useRinger } from '../ringer-context.ts'
import { useFail } from '../use-fail.ts'
import { useKeys } from '../use-keys.ts'
import { InboxList } from './inbox-list.tsx'
import { Offers } from './offers.tsx'
import { StatusBar } from './status-bar.tsx'

type Props = { selected: string | null; earlier?: string | null }

/**
 * The three columns: who waits and who is mine, the conversation, and who this is. `earlier`: one of the visitor's
 * conversations before, read in its place.
 */
export function InboxPage({ selected, earlier = null }: Props) {
  const { t } = useI18n()
  const desk = useDesk()
  const ringer = useRinger()
  const fail = useFail()
  const failStatus = useFail('work.wrapUpFirst')
  const [, go] = useLocation()
  const mine = useStore(desk.inbox.$mine)
  const waiting = useStore(desk.inbox.$waiting)
  const offers = useStore(desk.inbox.$offers)
  const asked = useStore(desk.inbox.$asked)
  const invitations = useStore(desk.team.$invitations)
  const field = useRef<HTMLTextAreaElement>(null)
  const wanted = useRef<string | null>(null)
  // The field of an accepted conversation takes the focus as soon as it is there.
  const onField = useCallback(
    (node: HTMLTextAreaElement | null) => {
      field.current = node
      if (!node || wanted.current !== selected) return
      node.focus()
      wanted.current = null
    },
    [selected],
  )

  const accept = async (offer: Offer): Promise<void> => {
    ringer.unlock()
    try {
      const conversationId = await desk.accept(offer)
      wanted.current = conversationId
      go(`/c/${conversationId}`)
    } catch (error) {
      fail(error)
    }
  }
  const comeIn = async (card: InvitationCard): Promise<void> => {
    ringer.unlock()
    try {
      go(`/c/${await desk.comeIn(card)}`)
    } catch (error) {
      fail(error)
    }
  }
  const answer = (conversationId: string): void => {
    ringer.unlock()
    const { $accepted, $call, accept: answerIt } = desk.room(conversationId).call
    // Until all have heard of the answer it still rings.
    if ($accepted.get() !== $call.get()?.id) answerIt()
    go(`/c/${conversationId}`)
  }
  const step = (by: number) => {
    const all = [...mine, ...waiting]
    const at = all.findIndex((row) => row.conversationId === selected)
    const next = all[(at + by + all.length) % Math.max(1, all.length)]
    if (next) go(`/c/${next.conversationId}`)
  }
  useKeys({
    'Alt+ArrowDown': () => step(1),
    'Alt+ArrowUp': () => step(-1),
    'Alt+A': () => {
      const [offer] = offers
      const [card] = invitations
      if (offer) void accept(offer)
      else if (card) void comeIn(card)
      else if (asked) answer(asked.conversationId)
    },
    'Alt+M': () => field.current?.focus(),
    'Alt+1': () => {
      ringer.unlock()
      desk.inbox.setStatus('available').catch(failStatus)
    },
    'Alt+2': () => void desk.inbox.setStatus('away').catch(fail),
  })
  return (
    <main className="inbox" data-open={selected !== null}>
      <h1 className="visually-hidden">{t('desk.inbox')}</h1>
      <div className="inbox-side">
        <StatusBar />
        <Offers accept={(offer) => void accept(offer)} comeIn={(card) => void comeIn(card)} />
        <InboxList selected={selected} />
      </div>
      {selected === null ? (
        <EmptyConversation />
      ) : (
        <Conversation conversationId={selected} earlier={earlier} field={onField} />
      )}
    </main>
  )
}
