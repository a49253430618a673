import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { SavedSearch } from '../../server/contract/finder.ts'
import { useFail } from '../desk/use-fail.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { xIcon } from '../ui/icons.ts'
import { pencilIcon } from '../ui/icons-replay.ts'
import { Pill } from '../ui/pill.tsx'

/** `shares`: whether one may take away what others keep for everybody. */
type RowProps = {
  one: SavedSearch
  shares: boolean
  open(): void
  rename(name: string): Promise<void>
  remove(): void
}

/** A search that is kept: pressed to be opened; one's own bears the name that one gives it. */
export function SavedRow({ one, shares, open, rename, remove }: RowProps) {
  const { t } = useI18n()
  const [naming, setNaming] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const back = useRef(false)
  useEffect(() => {
    if (!naming && back.current) opener.current?.focus()
    back.current = naming
  }, [naming])
  if (naming) return <Naming name={one.name} rename={rename} done={() => setNaming(false)} />
  return (
    <li>
      <button type="button" className="finder-saved-name" onClick={open}>
        <bdi>{one.name}</bdi>
        {one.shared ? <Pill>{one.own ? t('find.shared') : t('find.sharedBy', { name: one.by })}</Pill> : null}
      </button>
      {one.own && (shares || !one.shared) ? (
        <IconButton
          ref={opener}
          icon={pencilIcon}
          label={t('find.rename', { name: one.name })}
          onClick={() => setNaming(true)}
        />
      ) : null}
      {one.own || shares ? (
        <IconButton icon={xIcon} label={t('find.remove', { name: one.name })} onClick={remove} />
      ) : null}
    </li>
  )
}

function Naming({ name, rename, done }: { name: string; rename: RowProps['rename']; done(): void }) {
  const { t } = useI18n()
  const fail = useFail()
  const [busy, setBusy] = useState(false)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setBusy(true)
    rename(String(new FormData(event.currentTarget).get('name')).trim()).then(done, (error: unknown) => {
      setBusy(false)
      fail(error)
    })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    // The dialog stays.
    event.preventDefault()
    done()
  }
  return (
    <li>
      <form className="finder-rename" onSubmit={submit} onKeyDown={onKeyDown}>
        <input
          className="field"
          name="name"
          aria-label={t('find.rename', { name })}
          defaultValue={name}
          autoFocus
          required
          maxLength={80}
          pattern=".*\S.*"
          dir="auto"
        />
        <Button submit busy={busy}>
          {t('find.keep')}
        </Button>
        <Button look="quiet" onClick={done}>
          {t('desk.cancel')}
        </Button>
      </form>
    </li>
  )
}
