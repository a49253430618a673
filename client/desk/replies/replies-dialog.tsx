import { useStore } from '@nanostores/react'
import { type FormEvent, useEffect, useState } from 'react'
import { MAX_TEXT } from '../../../server/contract/limits.ts'
import type { Reply, ReplyBody } from '../../../server/contract/reply.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { xIcon } from '../../ui/icons.ts'
import { newId } from '../../wire/new-id.ts'
import { useDesk } from '../desk-context.ts'
import { useFail } from '../use-fail.ts'
import { pathOf, variables } from './replies.ts'
import './replies.css'

const languages = ['en', 'fa', 'ru'] as const

/** One's own replies: changed, removed, and made from what is being written. */
export function RepliesDialog({ draft, close }: { draft: string; close: () => void }) {
  const { t } = useI18n()
  const { replies } = useDesk()
  const fail = useFail()
  const own = useStore(replies.$replies).filter((reply) => reply.own)
  const [open, setOpen] = useState<string | null>(null)
  const [fresh, setFresh] = useState(newId)
  useEffect(() => void replies.load().catch(fail), [replies])
  const save = async (id: string, body: ReplyBody): Promise<void> => {
    await replies.save(id, body)
    setOpen(null)
    if (id === fresh) setFresh(newId())
  }
  const empty = { name: '', folder: '', language: null, text: draft.trim() }
  return (
    <Dialog title={t('work.myReplies')} close={close}>
      <ul className="replies" aria-label={t('work.myReplies')}>
        {own.map((reply) => (
          <li key={reply.id}>
            <Own
              reply={reply}
              open={open === reply.id}
              toggle={() => setOpen(open === reply.id ? null : reply.id)}
              save={(body) => save(reply.id, body)}
            />
          </li>
        ))}
      </ul>
      <h3>{t('work.newReply')}</h3>
      <ReplyForm key={fresh} body={empty} save={(body) => save(fresh, body)} />
    </Dialog>
  )
}

type OwnProps = { reply: Reply; open: boolean; toggle: () => void; save: (body: ReplyBody) => Promise<void> }

function Own({ reply, open, toggle, save }: OwnProps) {
  const { t } = useI18n()
  const { replies } = useDesk()
  const fail = useFail()
  return (
    <>
      <div className="replies-one">
        <button type="button" className="replies-name" aria-expanded={open} onClick={toggle}>
          <bdi>{reply.name}</bdi>{' '}
          {reply.folder ? <small dir="auto">{pathOf(reply).join(' › ')}</small> : null}
        </button>
        <IconButton
          icon={xIcon}
          label={t('work.removeReply', { name: reply.name })}
          onClick={() => replies.remove(reply.id).catch(fail)}
        />
      </div>
      {open ? <ReplyForm body={reply} save={save} /> : null}
    </>
  )
}

function ReplyForm({ body, save }: { body: ReplyBody; save: (body: ReplyBody) => Promise<void> }) {
  const { t } = useI18n()
  const fail = useFail()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const of = (name: string) => String(form.get(name) ?? '').trim()
    setBusy(true)
    try {
      await save({
        name: of('name'),
        folder: of('folder'),
        language: of('language') || null,
        text: of('text'),
      })
    } catch (error) {
      fail(error)
    }
    setBusy(false)
  }
  return (
    <form className="replies-form" onSubmit={(event) => void submit(event)}>
      <label>
        <span>{t('work.replyName')}</span>
        <input className="field" name="name" required maxLength={80} dir="auto" defaultValue={body.name} />
      </label>
      <label>
        <span>{t('work.replyFolder')}</span>
        <input className="field" name="folder" maxLength={200} dir="auto" defaultValue={body.folder} />
      </label>
      <label>
        <span>{t('work.replyLanguage')}</span>
        <select className="field" name="language" defaultValue={body.language ?? ''}>
          <option value="">{t('work.anyLanguage')}</option>
          {languages.map((one) => (
            <option key={one} value={one}>
              {t(`desk.language_${one}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t('work.replyText')}</span>
        <textarea
          className="field"
          name="text"
          required
          rows={3}
          maxLength={MAX_TEXT}
          dir="auto"
          defaultValue={body.text}
        />
      </label>
      <p className="quiet">
        {t('work.replyVariables')} <span dir="ltr">{variables.map((name) => `{${name}}`).join(' ')}</span>
      </p>
      <Button look="primary" submit busy={busy}>
        {t('work.saveReply')}
      </Button>
    </form>
  )
}
