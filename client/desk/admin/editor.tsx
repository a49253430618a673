import { useEffect, useRef } from 'react'
import { Link } from 'wouter'
import type { Named } from '../../../server/contract/errors.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { BodyContext } from './body-context.ts'
import { Fields } from './controls/control.tsx'
import { Differences } from './difference.tsx'
import { FaultContext } from './faults.ts'
import type { Field, Source } from './fields.ts'
import type { Item, Saved } from './items.ts'
import type { Body } from './merge.ts'
import { addressOf, kindWord } from './sections.ts'
import { type Clash, useEditor } from './use-editor.ts'

type EditorProps = {
  source: Source
  slot: string
  item: Item
  fields: readonly Field[]
  /** Names the form. */
  title: string
  saved(saved: Saved): void
  /** Missing: it cannot be removed. */
  removed?: () => void
}

/** The form of one item. What is typed is kept until it is saved or discarded, whatever happens in between. */
export function Editor({ fields, title, removed, ...given }: EditorProps) {
  const { t } = useI18n()
  const form = useRef<HTMLFormElement>(null)
  const editor = useEditor({ ...given, removed: () => removed?.() })
  const { draft, faults, busy, changed, clash, usedBy } = editor
  useEffect(() => {
    if (faults.size === 0) return
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')
    wrong?.closest('details')?.setAttribute('open', '')
    wrong?.focus()
  }, [faults])
  const isNew = given.item.version === 0
  return (
    <form
      ref={form}
      className="editor"
      aria-label={title}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void editor.save()
      }}
    >
      {clash ? <ClashBox source={given.source} clash={clash} /> : null}
      {usedBy ? <UsedBox usedBy={usedBy} /> : null}
      <FaultContext value={faults}>
        <BodyContext value={draft.body}>
          <Fields fields={fields} path="" value={draft.body} change={(body) => editor.put(body as Body)} />
        </BodyContext>
      </FaultContext>
      <div className="editor-acts">
        <Button look="primary" submit busy={busy} disabled={!changed && !isNew}>
          {t('admin.save')}
        </Button>
        {changed ? (
          <Button disabled={busy} onClick={editor.discard}>
            {t('admin.discard')}
          </Button>
        ) : null}
        <span role="status">
          {faults.size > 0 ? (
            <span className="fault">{t('admin.faults', { count: faults.size })}</span>
          ) : changed ? (
            <span className="quiet">{t('admin.unsaved')}</span>
          ) : null}
        </span>
        {removed && !isNew ? (
          <Button look="quiet" className="editor-remove" disabled={busy} onClick={() => void editor.remove()}>
            {t('admin.remove')}
          </Button>
        ) : null}
      </div>
    </form>
  )
}

function ClashBox({ source, clash }: { source: Source; clash: Clash }) {
  const { t } = useI18n()
  const { by, taken, both, gone } = clash
  const name = by ?? t('admin.somebody')
  if (gone) {
    return (
      <div className="notice" role="alert">
        <p>{t('admin.clashGone', { name })}</p>
      </div>
    )
  }
  return (
    <div className="notice" role="alert">
      <p>{t('admin.clash', { name })}</p>
      {taken.length > 0 ? (
        <>
          <h3>{t('admin.clashTaken')}</h3>
          <Differences source={source} of={taken} />
        </>
      ) : null}
      {both.length > 0 ? (
        <>
          <h3>{t('admin.clashBoth', { name })}</h3>
          <Differences source={source} of={both} />
        </>
      ) : null}
    </div>
  )
}

/** By what it is in use, each with the way there. */
function UsedBox({ usedBy }: { usedBy: Named[] }) {
  const { t } = useI18n()
  return (
    <div className="notice" role="alert">
      <p>{t('admin.inUse')}</p>
      <ul>
        {usedBy.map(({ kind, id, name }) => {
          const address = addressOf(kind, id)
          const words = `${t(kindWord(kind))}${name ? `: ${name}` : ''}`
          return <li key={`${kind} ${id}`}>{address ? <Link href={address}>{words}</Link> : words}</li>
        })}
      </ul>
    </div>
  )
}
