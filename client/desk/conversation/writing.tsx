import { useStore } from '@nanostores/react'
import { type RefCallback, useCallback, useRef, useState } from 'react'
import type { Reply } from '../../../server/contract/reply.ts'
import type { AttachmentInfo } from '../../../server/conversation/conversation.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { IconButton } from '../../ui/button.tsx'
import { Composer } from '../../ui/composer.tsx'
import { zapIcon } from '../../ui/icons.ts'
import type { Room } from '../desk.ts'
import { useDesk } from '../desk-context.ts'
import { useRow } from '../inbox/use-row.ts'
import { findColleagues } from '../mentions/colleagues.ts'
import { contents, fillIn, findReplies, type Path, pathOf, under } from '../replies/replies.ts'
import { RepliesDialog } from '../replies/replies-dialog.tsx'
import { type Suggestion, useSuggestions } from '../suggest/use-suggestions.tsx'
import { useKeys } from '../use-keys.ts'
import { useDraft } from './use-draft.ts'
import { type Mode, useMode } from './use-mode.ts'

type Props = {
  room: Room
  name: string
  field: RefCallback<HTMLTextAreaElement>
  /** Colleagues alone are spoken to: it is somebody else's conversation. */
  noteOnly?: boolean
}

/** Where one writes: to the visitor, or a note for colleagues. */
export function Writing({ room, name, field, noteOnly = false }: Props) {
  const { t } = useI18n()
  const desk = useDesk()
  const { conversationId, thread } = room
  const [mode, setMode] = useMode(noteOnly)
  const message = useDraft(conversationId)
  const note = useDraft(`note.${conversationId}`)
  const [managing, setManaging] = useState(false)
  const changed = useRef(false)
  const [node, setNode] = useState<HTMLTextAreaElement | null>(null)
  const onField = useCallback(
    (found: HTMLTextAreaElement | null) => {
      field(found)
      setNode(found)
      if (!found || !changed.current) return
      changed.current = false
      found.focus()
    },
    [field],
  )
  const change = (next: Mode) => {
    changed.current = true
    setMode(next)
  }
  useKeys({ 'Alt+N': () => noteOnly || change(mode === 'note' ? 'message' : 'note') })
  const replies = useReplies({
    room,
    field: mode === 'message' ? node : null,
    draft: message,
    manage: () => setManaging(true),
  })
  const colleagues = useColleagues({ field: mode === 'note' ? node : null, draft: note })
  const send = (text: string, attachments: AttachmentInfo[]) => {
    thread.send(text, attachments)
    message.set('')
  }
  const save = (text: string) => {
    thread.note(text)
    note.set('')
    if (!noteOnly) change('message')
  }
  const tools = noteOnly ? null : <Modes mode={mode} change={change} />
  return (
    <div className="writing">
      {replies}
      {colleagues}
      {mode === 'message' ? (
        <Composer
          key="message"
          field={onField}
          text={message.text}
          onText={message.set}
          onSend={send}
          onTyped={thread.typed}
          files={desk.files.of(`${desk.me.id}.${conversationId}`)}
          placeholder={t('desk.replyHint', { name })}
          tools={
            <>
              <OpenReplies field={node} draft={message} />
              {tools}
            </>
          }
        />
      ) : (
        <Composer
          key="note"
          field={onField}
          look="note"
          text={note.text}
          onText={note.set}
          onSend={save}
          label={t('desk.note')}
          sendLabel={t('desk.saveNote')}
          placeholder={t('work.noteHint')}
          tools={tools}
        />
      )}
      {managing ? <RepliesDialog draft={message.text} close={() => setManaging(false)} /> : null}
    </div>
  )
}

type Draft = ReturnType<typeof useDraft>

/** `/` and a word: canned replies, filled in for this visitor. */
function useReplies(it: { room: Room; field: HTMLTextAreaElement | null; draft: Draft; manage: () => void }) {
  const { t } = useI18n()
  const { me, replies } = useDesk()
  const all = useStore(replies.$replies)
  const row = useRow(it.room.conversationId)
  const { state } = useStore(it.room.thread.$view)
  const visitor = row?.visitor
  const values = {
    'visitor.name': visitor?.name ?? null,
    'visitor.email': visitor?.email ?? null,
    'agent.name': me.name,
  }
  const [path, setPath] = useState<Path>([])
  const toSuggestion = (reply: Reply): Suggestion => {
    const { text, gap } = fillIn(reply.text, values)
    const folders = pathOf(reply).slice(path.length).join(' › ')
    const more = [folders, reply.language].filter(Boolean).join(' · ')
    return { key: reply.id, name: reply.name, more, preview: text, choose: { text, gap } }
  }
  const goTo = (key: string, name: string, to: Path, more?: string): Suggestion => ({
    ...{ key, name, more, goesOn: true, choose: () => setPath(to) },
  })
  const browse = (locale: string): Suggestion[] => {
    const { folders, replies: here } = contents(all, path, locale)
    const inner = folders.map(({ name, count }) =>
      goTo(`folder ${name}`, `${name} ›`, [...path, name], t('work.replyCount', { count })),
    )
    return [...inner, ...here.map(toSuggestion)]
  }
  const find = (query: string): Suggestion[] => {
    const locale = visitor?.locale ?? state.locale
    const found =
      query === '' ? browse(locale) : findReplies(under(all, path), query, locale).map(toSuggestion)
    const up = path.length === 0 ? [] : [goTo('up', t('work.folderUp'), path.slice(0, -1), path.join(' › '))]
    return [...found, ...up, { key: 'manage', name: t('work.myReplies'), choose: it.manage }]
  }
  const { field, draft } = it
  return useSuggestions({
    ...{ field, text: draft.text, write: draft.set, sign: '/' },
    ...{ label: t('work.replies'), find, onEnd: () => setPath([]) },
  })
}

/** `@` and a name: a colleague who is told of the note. */
function useColleagues({ field, draft }: { field: HTMLTextAreaElement | null; draft: Draft }) {
  const { t } = useI18n()
  const all = useStore(useDesk().mentions.$colleagues)
  const find = (query: string): Suggestion[] =>
    findColleagues(all, query).map(({ id, name }) => ({ key: id, name, choose: { text: `@${name} ` } }))
  return useSuggestions({
    ...{ field, text: draft.text, write: draft.set, sign: '@' },
    ...{ label: t('work.colleagues'), find },
  })
}

/** Types the sign: for those who do not know it yet. */
function OpenReplies({ field, draft }: { field: HTMLTextAreaElement | null; draft: Draft }) {
  const { t } = useI18n()
  const open = () => {
    if (!field) return
    const at = field.selectionStart
    const before = draft.text.slice(0, at)
    const sign = before === '' || /\s$/.test(before) ? '/' : ' /'
    draft.set(before + sign + draft.text.slice(at))
    field.focus()
    const caret = at + sign.length
    requestAnimationFrame(() => field.setSelectionRange(caret, caret))
  }
  return <IconButton icon={zapIcon} label={t('work.replies')} shortcut="/" onClick={open} />
}

/** Two kinds of writing, each with a draft of its own, so that a note is never sent by mistake. */
function Modes({ mode, change }: { mode: Mode; change: (mode: Mode) => void }) {
  const { t } = useI18n()
  return (
    <div className="segments modes" role="group" aria-label={t('desk.writeMode')}>
      <button type="button" aria-pressed={mode === 'message'} onClick={() => change('message')}>
        {t('desk.replyMode')}
      </button>
      <button type="button" aria-pressed={mode === 'note'} title="Alt+N" onClick={() => change('note')}>
        {t('desk.addNote')}
      </button>
    </div>
  )
}
