import { type FormEvent, useEffect, useState } from 'react'
import type { SavedSearch, SavedSearchInput } from '../../server/contract/finder.ts'
import { useSession } from '../desk/session/session-context.ts'
import { useFail } from '../desk/use-fail.ts'
import { useI18n } from '../i18n/use-i18n.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { newId } from '../wire/new-id.ts'
import { emptyForm, type Form, toForm, toKept } from './form.ts'
import { SavedRow } from './saved-row.tsx'

/** `shares`: whether one may keep a search for everybody. */
type Props = { form: Form; open: (form: Form) => void; shares: boolean }

/** Searches that are kept: opened, kept anew, renamed, taken away. */
export function Saved(props: Props) {
  const { t } = useI18n()
  const [shown, setShown] = useState(false)
  return (
    <>
      <Button onClick={() => setShown(true)}>{t('find.saved')}</Button>
      {shown ? <SavedDialog {...props} close={() => setShown(false)} /> : null}
    </>
  )
}

function useSaved() {
  const session = useSession()
  const fail = useFail()
  const [list, setList] = useState<readonly SavedSearch[] | null>(null)
  const load = async () => {
    const answer = await session.fetch('/api/replay/searches')
    setList(((await answer.json()) as { searches: SavedSearch[] }).searches)
  }
  const write = async (id: string, init: RequestInit) => {
    await session.fetch(`/api/replay/searches/${id}`, init)
    await load()
  }
  useEffect(() => void load().catch(fail), [session])
  return {
    list,
    save: ({ name, shared, search, ownerId }: SavedSearchInput, id = newId()) =>
      write(id, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, shared, search, ownerId }),
      }),
    remove: (id: string) => write(id, { method: 'DELETE' }),
  }
}

function SavedDialog({ form, open, shares, close }: Props & { close: () => void }) {
  const { t } = useI18n()
  const fail = useFail()
  const { list, save, remove } = useSaved()
  const [gone, setGone] = useState<SavedSearch | null>(null)
  return (
    <Dialog title={t('find.saved')} close={close}>
      {list?.length === 0 ? <p className="quiet">{t('find.noneSaved')}</p> : null}
      <ul className="finder-saved" aria-label={t('find.saved')} aria-busy={list === null}>
        {(list ?? []).map((one) => (
          <SavedRow
            key={one.id}
            {...{ one, shares }}
            open={() => {
              open(toForm(one.search))
              close()
            }}
            rename={(name) => save({ ...one, name }, one.id)}
            remove={() => remove(one.id).then(() => setGone(one), fail)}
          />
        ))}
      </ul>
      {gone ? (
        <p className="row" role="status">
          {t('find.removed', { name: gone.name })}
          <Button look="quiet" onClick={() => save(gone, gone.id).then(() => setGone(null), fail)}>
            {t('common.undo')}
          </Button>
        </p>
      ) : null}
      <Keep form={form} shares={shares} save={save} />
    </Dialog>
  )
}

function Keep({
  form,
  shares,
  save,
}: Omit<Props, 'open'> & { save(input: SavedSearchInput): Promise<void> }) {
  const { t } = useI18n()
  const fail = useFail()
  const [busy, setBusy] = useState(false)
  const search = toKept(form)
  if (JSON.stringify(search) === JSON.stringify(toKept(emptyForm)))
    return <p className="quiet">{t('find.nothingToSave')}</p>
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const fields = event.currentTarget
    const given = new FormData(fields)
    setBusy(true)
    try {
      await save({
        name: String(given.get('name') ?? '').trim(),
        shared: given.get('shared') !== null,
        search,
      })
      fields.reset()
    } catch (error) {
      fail(error)
    }
    setBusy(false)
  }
  return (
    <form className="finder-keep" onSubmit={(event) => void submit(event)}>
      <label className="labelled">
        {t('find.keepAs')}
        <input className="field" name="name" required maxLength={80} pattern=".*\S.*" dir="auto" />
      </label>
      {shares ? (
        <label className="check">
          <input type="checkbox" name="shared" />
          {t('find.share')}
        </label>
      ) : null}
      <Button submit busy={busy}>
        {t('find.keep')}
      </Button>
    </form>
  )
}
