import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { SpokenLine } from '../../server/contract/transcript.ts'
import { useFail } from '../desk/use-fail.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import type { SpokenItem } from '../model/timeline-item.ts'
import { type BubbleActs, Seek } from '../ui/bubble.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { pencilIcon } from '../ui/icons-replay.ts'
import { Said, SaidWords } from './said.tsx'

type Correct = (n: number, text: string) => Promise<void>
type LineProps = {
  item: SpokenItem
  acts: BubbleActs
  /** Null: not for them. */
  correct: Correct | null
  /** Before it is written in: nothing may move meanwhile. */
  halt(): void
}

/** Something said, with the way to set it right. */
export function SaidLine({ item, acts, correct, halt }: LineProps) {
  const { t } = useI18n()
  const [editing, setEditing] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const back = useRef(false)
  useEffect(() => {
    if (!editing && back.current) opener.current?.focus()
    back.current = editing
  }, [editing])
  const { line } = item
  const start = () => {
    halt()
    setEditing(true)
  }
  return (
    <Said item={item} acts={acts}>
      {editing && correct ? (
        <Editor line={line} correct={correct} done={() => setEditing(false)} />
      ) : (
        <>
          <SaidWords line={line} />
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
    </Said>
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
