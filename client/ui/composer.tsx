import { useStore } from '@nanostores/react'
import { atom } from 'nanostores'
import {
  type ClipboardEvent,
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useLayoutEffect,
  useRef,
} from 'react'
import { MAX_TEXT } from '../../server/contract/limits.ts'
import type { AttachmentInfo } from '../../server/conversation/conversation.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import type { Staged, Staging } from '../model/staging.ts'
import { IconButton } from './button.tsx'
import { EmojiPicker } from './emoji-picker.tsx'
import { paperclipIcon, sendHorizontalIcon } from './icons.ts'
import { StagedFiles } from './staged-files.tsx'

export type ComposerProps = {
  /** The draft; kept by the owner, so that it survives everything. */
  text: string
  onText: (text: string) => void
  onSend: (text: string, attachments: AttachmentInfo[]) => void
  /** Without it no files are offered (private notes). */
  files?: Staging
  /** At each change made by hand, however often. */
  onTyped?: () => void
  /** Accessible name of the field and of the button; `Message` and `Send` unless told. */
  label?: string
  sendLabel?: string
  placeholder?: string
  /** A note is drawn so that it is never taken for a message. */
  look?: 'message' | 'note'
  /** Why nothing can be written now; replaces the placeholder. */
  blocked?: string | null
  /** To the left of the send button's row: e.g. the choice between reply and note. */
  tools?: ReactNode
  /** Told of the field, for focus. */
  field?: Ref<HTMLTextAreaElement>
}

const GROWS_TO = 160
const $none = atom<readonly Staged[]>([])
const $no = atom(false)

/** Where one writes: Enter sends unless an input method is composing, Shift+Enter breaks the line. */
export function Composer(props: ComposerProps) {
  const { text, onText, onSend, files, look = 'message', blocked = null, tools } = props
  const { t } = useI18n()
  const field = useRef<HTMLTextAreaElement | null>(null)
  // Told once a field, not at each drawing: the owner may move the focus to it.
  const { field: told } = props
  const onField = useCallback(
    (node: HTMLTextAreaElement | null) => {
      field.current = node
      giveRef(told, node)
    },
    [told],
  )
  const picker = useRef<HTMLInputElement>(null)
  const staged = useStore(files?.$staged ?? $none)
  const waiting = useStore(files?.$waiting ?? $no)
  useGrowth(field, text)
  // By whatever means it changed: what was to be sent is no more what stands there.
  const shown = useRef(text)
  useLayoutEffect(() => {
    if (shown.current !== text) files?.withdraw()
    shown.current = text
  }, [files, text])

  const left = MAX_TEXT - text.length
  const words = text.trim()
  const sendable = !blocked && !waiting && (words !== '' || staged.some((one) => !one.why))
  const send = (event?: FormEvent) => {
    event?.preventDefault()
    if (!sendable) return
    if (!files) onSend(words, [])
    // What they were to go with may be taken out meanwhile.
    else
      files.send((infos) => {
        if (words !== '' || infos.length > 0) onSend(words, infos)
      })
    field.current?.focus()
  }
  const write = (next: string) => {
    onText(next)
    props.onTyped?.()
  }
  const keys = (event: KeyboardEvent) => {
    const composing = event.nativeEvent.isComposing || event.keyCode === 229
    if (event.key === 'Enter' && !event.shiftKey && !composing) send(event)
  }
  const paste = (event: ClipboardEvent) => {
    const pasted = [...event.clipboardData.files]
    if (!files || pasted.length === 0) return
    event.preventDefault()
    files.add(pasted)
  }
  const insert = (sign: string) => {
    const at = field.current?.selectionStart ?? text.length
    const next = text.slice(0, at) + sign + text.slice(field.current?.selectionEnd ?? at)
    // As the field itself takes nothing more.
    if (next.length <= MAX_TEXT) write(next)
    field.current?.focus()
  }
  return (
    <form
      className={look === 'note' ? 'composer for-note' : 'composer'}
      onSubmit={send}
      onDragOver={(event) => files && event.preventDefault()}
      onDrop={(event) => {
        if (!files) return
        event.preventDefault()
        files.add(event.dataTransfer.files)
      }}
    >
      {files ? <StagedFiles staged={staged} files={files} /> : null}
      <textarea
        ref={onField}
        rows={1}
        dir="auto"
        maxLength={MAX_TEXT}
        aria-label={props.label ?? t('ui.message')}
        placeholder={blocked ?? props.placeholder ?? t('ui.messageHint')}
        readOnly={blocked !== null}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={keys}
        onPaste={paste}
      />
      <div className="composer-row">
        {files ? (
          <>
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              tabIndex={-1}
              onChange={(event) => {
                files.add(event.currentTarget.files ?? [])
                event.currentTarget.value = ''
              }}
            />
            <IconButton icon={paperclipIcon} label={t('ui.attach')} onClick={() => picker.current?.click()} />
          </>
        ) : null}
        <EmojiPicker choose={insert} />
        {tools}
        <span className="composer-left" aria-live="polite">
          {waiting ? t('ui.pending') : left < 500 ? t('ui.charactersLeft', { count: left }) : ''}
        </span>
        <IconButton
          icon={sendHorizontalIcon}
          mirror
          submit
          look="primary"
          className="composer-send"
          label={props.sendLabel ?? t('ui.send')}
          aria-disabled={!sendable}
        />
      </div>
    </form>
  )
}

function giveRef<T>(ref: Ref<T> | undefined, node: T | null): void {
  if (typeof ref === 'function') ref(node)
  else if (ref) ref.current = node
}

function useGrowth(field: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const { current } = field
    if (!current) return
    current.style.height = 'auto'
    current.style.height = `${Math.min(current.scrollHeight + 2, GROWS_TO)}px`
  }, [field, text])
}
