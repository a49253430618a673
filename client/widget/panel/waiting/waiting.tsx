import { useStore } from '@nanostores/react'
import { useEffect, useState } from 'react'
import type { Outlook } from '../../../../server/contract/waiting.ts'
import type { ConversationState } from '../../../../server/conversation/conversation.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { useNow } from '../../../ui/use-now.ts'
import type { Waiter } from './waiter.ts'
import { Absence } from './absence.tsx'
import { CallBack } from './call-back.tsx'
import { Form } from './form.tsx'
import type { Outlooks } from './outlook.ts'
import { rangeAt, wordsOf } from './shown-wait.ts'
import { Instead, type Way } from './instead.tsx'
import { TaskLines } from './task-lines.tsx'
import type { TellMe } from './tell-me.ts'

type Props = { visit: Waiter; outlooks: Outlooks }

/** Waiting so long is long enough to be offered something else. ms */
const OFFER_MS = 60_000

/** How a visitor stands whom nobody answers: before the first word, while they wait, and with what is left to do for them. */
export function Waiting({ visit, outlooks, tellMe }: Props & { tellMe: TellMe }) {
  const outlook = useStore(outlooks.$outlook)
  const { state, conversationId } = useStore(visit.thread.$view)
  const [chosen, setWay] = useState<Way | null>(null)
  // Offered no longer, as where it was transferred to, it is put away.
  const way = chosen === 'callBack' && !outlook?.callback ? null : chosen
  // Where nobody is there, the form for leaving word asks enough.
  const preChat = conversationId === null && outlook && isThere(outlook) ? outlook.forms.preChat : null
  useEffect(() => {
    visit.$blocked.set(preChat !== null || way !== null)
    return () => visit.$blocked.set(false)
  }, [visit, preChat, way])
  // What was begun for a wait that is over is put away.
  const over = state.phase.name === 'active' || (state.phase.name === 'ended' && !state.phase.unsaid)
  useEffect(() => {
    if (over) setWay(null)
  }, [over])
  // Whoever is speaking a message has the call before them.
  if (!outlook || state.call?.voicemail) return null
  const close = () => setWay(null)
  const choose = (next: Way): void => {
    if (next === 'callBack') outlooks.ask()
    setWay(next)
  }
  if (way) return <OneWay visit={visit} outlook={outlook} way={way} close={close} />
  return (
    <div className="outlook">
      <div role="status">
        {isNew(conversationId, state) ? (
          <Before outlook={outlook} />
        ) : state.task ? (
          <TaskLines {...{ visit, outlooks, tellMe }} task={state.task} team={outlook.team} />
        ) : (
          <Place visit={visit} outlooks={outlooks} outlook={outlook} />
        )}
      </div>
      {preChat ? <PreChat visit={visit} form={preChat} /> : null}
      <Offered visit={visit} outlook={outlook} choose={choose} />
    </div>
  )
}

/** The next word begins a conversation. */
const isNew = (conversationId: string | null, { phase }: ConversationState): boolean =>
  conversationId === null || phase.name === 'ended'

const isThere = ({ team }: Outlook): boolean => team.online && team.open && !team.full

function Before({ outlook }: { outlook: Outlook }) {
  return isThere(outlook) ? null : <Absence team={outlook.team} />
}

function Place({ visit, outlooks, outlook }: Props & { outlook: Outlook }) {
  const { t } = useI18n()
  const place = useStore(outlooks.$place)
  const now = useNow(visit.wire.serverNow, 1_000)
  const { team } = outlook
  if (!team.online && place?.waitMs === null) return <Absence team={team} />
  // Who waited at closing time is still served by those who are at work.
  const closed = team.open ? null : <Absence team={team} />
  if (!place)
    return (
      <>
        {closed}
        <p>{t('widget.waiting')}</p>
      </>
    )
  const range = rangeAt(place, now)
  const words = range && wordsOf(range)
  return (
    <>
      {closed}
      <p className="outlook-place">
        {place.position === 1 ? t('waiting.next') : t('waiting.position', { place: place.position })}{' '}
        {words?.kind === 'soon' ? t('waiting.soon') : null}
        {words?.kind === 'about' ? t('waiting.about', { count: words.count }) : null}
        {words?.kind === 'within' ? t('waiting.within', { count: words.count }) : null}
        {words?.kind === 'range' ? t('waiting.range', { from: words.from, to: words.to }) : null}
      </p>
      {place.worse ? <p className="outlook-worse">{t('waiting.longer')}</p> : null}
      <p className="quiet">{t('waiting.goOn')}</p>
    </>
  )
}

function PreChat({ visit, form }: { visit: Waiter; form: NonNullable<Outlook['forms']['preChat']> }) {
  const { t } = useI18n()
  const words = { title: t('waiting.preChat'), submit: t('waiting.start') }
  return <Form visit={visit} purpose="preChat" form={form} {...words} close={null} done={visit.focusField} />
}

/** What can be done instead of waiting, as soon as that is worth offering. */
function Offered({
  visit,
  outlook,
  choose,
}: {
  visit: Waiter
  outlook: Outlook
  choose: (way: Way) => void
}) {
  const { state, conversationId, events } = useStore(visit.thread.$view)
  const now = useNow(visit.wire.serverNow, 5_000)
  const { phase, task } = state
  const answered = (purpose: string) =>
    events.some((one) => one.type === 'formAnswered' && one.payload.purpose === purpose)
  const waits = conversationId !== null && task === null && phase.name === 'queued'
  const long = waits && now - phase.since > OFFER_MS
  const form = waits && outlook.forms.waiting !== null && !answered('waiting')
  const absent = !isThere(outlook)
  const alone = isNew(conversationId, state) ? absent : waits && (absent || long)
  const word = task?.kind === 'message'
  if (!alone && !form && !word) return null
  return (
    <Instead
      outlook={outlook}
      choose={choose}
      ways={{
        leave: alone || (word && !answered('offline')),
        callBack: alone || (word && (task.why === 'notReached' || task.why === 'notCalled')),
        speak: alone,
        form,
      }}
      address={word}
      speak={(media) => visit.calling.ask(media, true)}
    />
  )
}

function OneWay({
  visit,
  outlook,
  way,
  close,
}: {
  visit: Waiter
  outlook: Outlook
  way: Way
  close: () => void
}) {
  const { t } = useI18n()
  const { forms, callback } = outlook
  if (way === 'callBack') {
    return callback ? (
      <div className="outlook">
        <CallBack visit={visit} offer={callback} close={close} />
      </div>
    ) : null
  }
  const form = way === 'leave' ? forms.offline : forms.waiting
  if (!form) return null
  const title = t(way === 'leave' ? 'waiting.leave' : 'waiting.waitingForm')
  const purpose = way === 'leave' ? 'offline' : 'waiting'
  return (
    <div className="outlook">
      <Form {...{ visit, purpose, form, title, close }} submit={t('waiting.send')} done={close} />
    </div>
  )
}
