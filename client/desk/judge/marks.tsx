/** What is said about moments and parts of a conversation. */
import { useState } from 'react'
import type { MarkInput, ReviewMark } from '../../../server/contract/assessment.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { flagIcon } from '../../ui/icons-judge.ts'
import { messageSquareIcon, playIcon, xIcon } from '../../ui/icons.ts'

type MarksProps = {
  marks: readonly ReviewMark[]
  /** Missing: they stand by themselves, and one cannot go there. */
  seek?: ((at: number) => void) | undefined
  /** Or each is heard by itself. */
  hear?: ((mark: ReviewMark) => void) | undefined
  remove?: ((mark: ReviewMark) => void) | undefined
}

export function Marks({ marks, seek, hear, remove }: MarksProps) {
  const { t, exact } = useI18n()
  const when = useWhen()
  if (marks.length === 0) return null
  return (
    <ul className="review-marks" aria-label={t('judge.comments')}>
      {marks.map((mark) => {
        const words = mark.text || t('judge.flagged')
        return (
          <li key={mark.id}>
            <Icon of={mark.kind === 'flag' ? flagIcon : messageSquareIcon} size={16} />
            {seek ? (
              <Button look="quiet" title={exact(mark.at)} onClick={() => seek(mark.at)}>
                {when(mark)}
              </Button>
            ) : hear ? (
              <Button
                look="quiet"
                icon={playIcon}
                title={exact(mark.at)}
                aria-label={t('judge.hearMoment', { time: when(mark) })}
                onClick={() => hear(mark)}
              >
                {when(mark)}
              </Button>
            ) : (
              <time dateTime={new Date(mark.at).toISOString()} title={exact(mark.at)}>
                {when(mark)}
              </time>
            )}
            <span dir="auto">{words}</span>
            {remove ? (
              <IconButton icon={xIcon} label={t('judge.removeComment')} onClick={() => remove(mark)} />
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}

type Where = Pick<MarkInput, 'at' | 'until'>

/** When it was, and of a part how long it is. */
function useWhen(): (where: Where) => string {
  const { t, time, span } = useI18n()
  return ({ at, until }) =>
    until === null ? time(at) : t('judge.part', { time: time(at), span: span(until - at) })
}

type SayingProps = {
  questionId: string | null
  /** The moment that is played, ms since 1970. */
  now(): number
  /** The part that is repeated: it is what is meant. */
  part: { at: number; until: number } | null
  put(mark: MarkInput): Promise<void>
  /** Playing stops while somebody writes. */
  pause(): void
}

/** Holds the moment or part when it was pressed, however long the writing takes. */
export function SayAtMoment({ questionId, now, part, put, pause }: SayingProps) {
  const { t } = useI18n()
  const when = useWhen()
  const [where, setWhere] = useState<Where | null>(null)
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const here = () => part ?? { at: now(), until: null }
  const open = () => {
    pause()
    setWhere(here())
  }
  const close = () => {
    setWhere(null)
    setText('')
  }
  const send = async (mark: MarkInput) => {
    setBusy(true)
    await put(mark)
      .then(close, () => undefined)
      .finally(() => setBusy(false))
  }
  const flag = () => send({ ...here(), kind: 'flag', text: '', questionId })
  if (where === null) {
    return (
      <div className="row">
        <Button look="quiet" icon={messageSquareIcon} onClick={open}>
          {t(part ? 'judge.commentPart' : 'judge.commentHere')}
        </Button>
        <Button look="quiet" icon={flagIcon} busy={busy} onClick={() => void flag()}>
          {t(part ? 'judge.flagPart' : 'judge.flagHere')}
        </Button>
      </div>
    )
  }
  return (
    <form
      className="say-here"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== '') void send({ ...where, kind: 'comment', text, questionId })
      }}
    >
      <textarea
        className="field"
        dir="auto"
        rows={2}
        maxLength={2_000}
        autoFocus
        aria-label={t('judge.commentAt', { time: when(where) })}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && close()}
      />
      <div className="row">
        <Button look="plain" submit busy={busy} disabled={text.trim() === ''}>
          {t('judge.addComment')}
        </Button>
        <Button look="quiet" onClick={close}>
          {t('desk.cancel')}
        </Button>
      </div>
    </form>
  )
}
