import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { SpokenLine } from '../../server/contract/transcript.ts'
import { useFail } from '../desk/use-fail.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import type { SpokenItem } from '../model/timeline-item.ts'
import { type BubbleActs, Seek } from '../ui/bubble.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { pencilIcon } from '../ui/icons-replay.ts'
import { Pill } from '../ui/pill.tsx'
import { Written } from '../ui/written.tsx'
import { isUnsure } from './spoken.ts'
import './spoken.css'

type Correct = (n: number, text: string) => Promise<void>
type LineProps = {
  item: SpokenItem
  acts: BubbleActs
  /** Null: not for them. */
  correct: Correct | null
  /** Before it is written in: nothing may move meanwhile. */
  halt(): void
}

/** Something said, as it was heard or as somebody has set it right; never looks like something written. */
export function SaidLine({ item, acts, correct, halt }: LineProps) {
  const { t, time } = useI18n()
  const [editing, setEditing] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const back = useRef(false)
  useEffect(() => {
    if (!editing && back.current) opener.current?.focus()
    back.current = editing
  }, [editing])
  const { line } = item
  const side = line.role === 'visitor' || line.role === 'guest' ? 'visitor' : 'agent'
  const who = line.speaker ?? (side === 'agent' ? t('ui.agent') : (acts.unnamed ?? t('ui.visitor')))
  const start = () => {
    halt()
    setEditing(true)
  }
  return (
    <div
      className={`spoken ${side} ${acts.highlighted === item.key ? 'highlighted' : ''}`}
      data-key={item.key}
      data-goes-on={item.goesOn}
      data-unsure={isUnsure(line)}
    >
      <div className="spoken-head">
        <bdi className={item.goesOn ? 'visually-hidden' : ''}>{who}</bdi>
        <time>{time(line.at)}</time>
        {isUnsure(line) ? <Pill>{t('replay.unsure')}</Pill> : null}
      </div>
      {editing && correct ? (
        <Editor line={line} correct={correct} done={() => setEditing(false)} />
      ) : (
        <>
          <Words line={line} />
          {acts.pick ? <Seek at={line.at} pick={acts.pick} /> : null}
          {correct ? (
            <IconButton
              ref={opener}
              className="spoken-edit"
              icon={pencilIcon}
              label={t('replay.correct')}
              onClick={start}
            />
          ) : null}
        </>
      )}
    </div>
  )
}

/** What counts, and beneath it what the engine heard. */
function Words({ line: { text, correction } }: { line: SpokenLine }) {
  const { t, day } = useI18n()
  if (!correction) return <Written text={text} />
  return (
    <>
      {correction.text === '' ? (
        <p className="quiet">{t('replay.nothingSaid')}</p>
      ) : (
        <Written text={correction.text} />
      )}
      <p className="spoken-original">
        {t('replay.heardAs')} <q dir="auto">{text}</q>{' '}
        <span className="spoken-by">
          {t('replay.correctedBy', { name: correction.by, day: day(correction.at) })}
        </span>
      </p>
    </>
  )
}

function Editor({ line, correct, done }: { line: SpokenLine; correct: Correct; done(): void }) {
  const { t } = useI18n()
  const fail = useFail()
  const [text, setText] = useState(line.correction?.text ?? line.text)
  const [busy, setBusy] = useState(false)
  const save = () => {
    setBusy(true)
    correct(line.n, text).then(done, (error: unknown) => {
      setBusy(false)
      fail(error)
    })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // The player has keys of its own.
    event.stopPropagation()
    if (event.key === 'Escape') done()
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    if (!busy) save()
  }
  return (
    <div className="spoken-editor">
      <textarea
        className="field"
        aria-label={t('replay.correct')}
        dir="auto"
        rows={2}
        maxLength={4_000}
        value={text}
        autoFocus
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div className="spoken-buttons">
        <Button look="primary" busy={busy} onClick={save}>
          {t('replay.correctSave')}
        </Button>
        <Button look="quiet" onClick={done}>
          {t('replay.correctCancel')}
        </Button>
      </div>
    </div>
  )
}
