import { useStore } from '@nanostores/react'
import { type FormEvent, useRef, useState } from 'react'
import type { WrapUp } from '../../../server/contract/desk.ts'
import { MAX_TEXT } from '../../../server/contract/limits.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { showToast } from '../../ui/toast.tsx'
import { useDraft } from '../conversation/use-draft.ts'
import { useDesk } from '../desk-context.ts'
import { useFail } from '../use-fail.ts'
import { useKeys } from '../use-keys.ts'
import { draftsOf, isFilled } from './saved-in-time.ts'
import { TimeLeft } from './time-left.tsx'
import { useDispositions } from './use-dispositions.ts'
import './wrap-up.css'

/** The wrap-up of the conversation, if one is open. */
export function WrapUpOf({ conversationId }: { conversationId: string }) {
  const { inbox } = useDesk()
  const open = useStore(inbox.$wrapUps).find((one) => one.conversationId === conversationId)
  return open ? <WrapUpForm key={open.startedAt} wrapUp={open} /> : null
}

function WrapUpForm({ wrapUp }: { wrapUp: WrapUp }) {
  const { t, span } = useI18n()
  const { inbox } = useDesk()
  const fail = useFail()
  const { conversationId, extensionMs, disposition, note } = wrapUp
  const chosen = useDraft(draftsOf(conversationId).disposition)
  const written = useDraft(draftsOf(conversationId).note)
  const [busy, setBusy] = useState(false)
  const first = useRef<HTMLFormElement>(null)
  useKeys({ 'Alt+W': () => first.current?.querySelector<HTMLElement>('select, textarea')?.focus() })
  const text = written.text.trim()
  const empty = chosen.text === '' && text === ''
  const filled = { dispositionId: chosen.text || null, note: text }
  const ready = isFilled(wrapUp, filled)
  const finish = async (event?: FormEvent): Promise<void> => {
    event?.preventDefault()
    if (!ready || busy) return
    setBusy(true)
    try {
      await inbox.finishWrapUp({ conversationId, ...filled })
      chosen.set('')
      written.set('')
      if (!empty) showToast({ text: t('work.wrapUpSaved') })
    } catch (error) {
      setBusy(false)
      fail(error)
    }
  }
  return (
    <form ref={first} className="wrap-up" aria-label={t('work.wrapUp')} onSubmit={finish}>
      <header className="wrap-up-head">
        <h3>{t('work.wrapUp')}</h3>
        <TimeLeft wrapUp={wrapUp} />
        {extensionMs === null ? null : (
          <Button look="quiet" onClick={() => inbox.extendWrapUp(conversationId).catch(fail)}>
            {t('work.moreTime', { span: span(extensionMs) })}
          </Button>
        )}
      </header>
      {disposition === 'none' ? null : (
        <Disposition value={chosen.text} choose={chosen.set} required={disposition === 'required'} />
      )}
      {note === 'none' ? null : (
        <label className="wrap-up-field">
          <span>{t(note === 'required' ? 'work.wrapUpNoteRequired' : 'work.wrapUpNote')}</span>
          <textarea
            className="field"
            rows={2}
            dir="auto"
            maxLength={MAX_TEXT}
            required={note === 'required'}
            value={written.text}
            onChange={(event) => written.set(event.currentTarget.value)}
          />
        </label>
      )}
      <Button look="primary" submit busy={busy} disabled={!ready}>
        {t(empty && ready ? 'work.skip' : 'work.done')}
      </Button>
    </form>
  )
}

type DispositionProps = { value: string; choose: (id: string) => void; required: boolean }

function Disposition({ value, choose, required }: DispositionProps) {
  const { t } = useI18n()
  const dispositions = useDispositions()
  return (
    <label className="wrap-up-field">
      <span>{t(required ? 'work.dispositionRequired' : 'work.disposition')}</span>
      <select
        className="field"
        required={required}
        value={dispositions.some(({ id }) => id === value) ? value : ''}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="">{t('work.dispositionChoose')}</option>
        {dispositions.map(({ id, path }) => (
          <option key={id} value={id}>
            {path}
          </option>
        ))}
      </select>
    </label>
  )
}
