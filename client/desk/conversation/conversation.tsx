import { useStore } from '@nanostores/react'
import { type RefCallback, useEffect, useState } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { useDesk } from '../desk-context.ts'
import { EarlierThread } from '../earlier/earlier-thread.tsx'
import { useRow } from '../inbox/use-row.ts'
import { WrapUpOf } from '../wrap-up/wrap-up-form.tsx'
import { visitorName } from '../visitor-name.ts'
import { Calls } from './calls.tsx'
import { Context } from './context.tsx'
import { Head } from './head.tsx'
import { Messages } from './messages.tsx'
import { Reply } from './reply.tsx'

type Props = {
  conversationId: string
  earlier: string | null
  field: RefCallback<HTMLTextAreaElement>
}

/** The conversation with what can be done in it, calls docked above, and who this is beside it. */
export function Conversation({ conversationId, earlier, field }: Props) {
  const i18n = useI18n()
  const { t } = i18n
  const desk = useDesk()
  const room = desk.room(conversationId)
  const [details, setDetails] = useState(false)
  const row = useRow(conversationId)
  // The drawer lies over what was just chosen in it.
  useEffect(() => setDetails(false), [earlier])
  // It may have been out of sight, and gone on meanwhile.
  useEffect(() => void room.thread.resume(), [room])
  const known = useStore(room.$visitor)
  const visitor = row?.visitor ?? known
  const name = visitorName(i18n, visitor?.name, conversationId)
  return (
    <>
      <section className="conversation" aria-label={t('desk.messages', { name })}>
        <Head
          key={`${conversationId} head`}
          room={room}
          name={name}
          details={details}
          showDetails={setDetails}
        />
        <Calls />
        {earlier === null ? (
          <Messages key={conversationId} room={room} visitor={visitor} name={name} />
        ) : (
          <EarlierThread
            key={earlier}
            conversationId={earlier}
            present={conversationId}
            name={name}
            visitor={visitor?.name ?? null}
            unread={row?.unread ?? 0}
          />
        )}
        {/* Kept while an earlier one is read, with what is staged in it. */}
        <div hidden={earlier !== null}>
          <WrapUpOf conversationId={conversationId} />
          <Reply key={`${conversationId} reply`} room={room} name={name} field={field} />
        </div>
      </section>
      <Context
        room={room}
        visitor={visitor}
        online={row ? row.visitorOnline : null}
        name={name}
        earlier={earlier}
        open={details}
        close={() => setDetails(false)}
      />
    </>
  )
}
