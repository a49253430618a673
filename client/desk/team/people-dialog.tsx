import { type SubmitEvent, useCallback, useEffect, useMemo, useState } from 'react'
import type { Colleagues } from '../../../server/contract/desk.ts'
import type { Key } from '../../i18n/keys.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useDesk } from '../desk-context.ts'
import { useFail } from '../use-fail.ts'
import { type Choice, choicesOf, type Doubt, keyOf } from './choices.ts'
import type { Target } from './team.ts'

/** `anyway`: also into a queue that gives pause. */
export type Given = { to: Target; name: string; note: string; anyway: boolean }

/** One thing that can be done with whoever is chosen; the first is what Enter does. */
export type Deed = {
  label: Key
  /** Only with a person who is free. */
  personOnly?: boolean
  /** It is out of one's hands then: a queue that gives pause asks for a second word. */
  gives?: boolean
  run: (given: Given) => Promise<void>
}

type Props = {
  conversationId: string
  title: string
  queues: boolean
  deeds: readonly Deed[]
  close: () => void
  /** What stands below the list. */
  children?: React.ReactNode
}

/** Whom it shall go to, with a word about it: a search field, a list that the arrow keys walk, and what to do. */
export function PeopleDialog({ conversationId, title, queues, deeds, close, children }: Props) {
  const { t } = useI18n()
  const fail = useFail()
  const [known, look] = useColleagues(conversationId)
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const [anyway, setAnyway] = useState(false)
  const [busy, setBusy] = useState(false)
  const choices = useMemo(
    () => (known ? choicesOf(queues ? known : { ...known, queues: [] }, search, t) : []),
    [known, queues, search, t],
  )
  const choice = choices.find((one) => keyOf(one) === chosen) ?? null
  const doubt = choice?.free && deeds.some(({ gives }) => gives) ? choice.doubt : null
  const choose = (one: Choice) => {
    setChosen(keyOf(one))
    setAnyway(false)
  }
  const run = async (deed: Deed): Promise<void> => {
    if (!choice) return
    setBusy(true)
    try {
      await deed.run({ to: choice.to, name: choice.name, note, anyway: doubt !== null && anyway })
      close()
    } catch (error) {
      fail(error)
      setBusy(false)
      // Somebody has gone, or the queue has closed, since the list was read.
      look()
    }
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const [first] = deeds
    if (first && may(first, choice, anyway)) void run(first)
  }
  return (
    <Dialog title={title} close={close}>
      <form className="stack people" onSubmit={submit}>
        <label className="labelled">
          {t('team.search')}
          <input
            className="field"
            type="search"
            autoFocus
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
        <fieldset className="people-list">
          <legend className="visually-hidden">{t('team.whom')}</legend>
          {choices.map((one) => (
            <label key={keyOf(one)} className="people-choice">
              <input
                type="radio"
                name="to"
                disabled={!one.free}
                checked={keyOf(one) === chosen}
                onChange={() => choose(one)}
              />
              <bdi>{one.name}</bdi>
              {one.doubt ? <span className="people-shut">{t(`team.queue_${one.doubt}`)}</span> : null}
              <span className="quiet">{one.about}</span>
            </label>
          ))}
          {known && choices.length === 0 ? <p className="quiet">{t('team.nobody')}</p> : null}
        </fieldset>
        {choice && doubt ? (
          <Pause name={choice.name} doubt={doubt} anyway={anyway} setAnyway={setAnyway} />
        ) : null}
        <label className="labelled">
          {t('team.note')}
          <textarea
            className="field"
            rows={2}
            maxLength={1_000}
            dir="auto"
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        </label>
        <div className="row">
          {deeds.map((deed, i) => (
            <Button
              key={deed.label}
              look={i === 0 ? 'primary' : 'plain'}
              submit={i === 0}
              busy={busy}
              disabled={!may(deed, choice, anyway)}
              {...(i === 0 ? {} : { onClick: () => void run(deed) })}
            >
              {t(deed.label)}
            </Button>
          ))}
        </div>
      </form>
      {children}
    </Dialog>
  )
}

const may = (deed: Deed, choice: Choice | null, anyway: boolean): boolean =>
  choice !== null &&
  choice.free &&
  !(deed.personOnly && choice.to.kind !== 'agent') &&
  (choice.doubt === null || anyway || !deed.gives)

type PauseProps = { name: string; doubt: Doubt; anyway: boolean; setAnyway: (on: boolean) => void }

/** What waiting there would mean, and the second word. */
export function Pause({ name, doubt, anyway, setAnyway }: PauseProps) {
  const { t } = useI18n()
  return (
    <div className="people-pause">
      <p role="status">{t(`team.pause_${doubt}`, { name })}</p>
      <label className="check">
        <input
          type="checkbox"
          checked={anyway}
          onChange={(event) => setAnyway(event.currentTarget.checked)}
        />
        {t('team.anyway')}
      </label>
    </div>
  )
}

const AGAIN_MS = 5_000

/** Loaded at once, and again each 5 s: people come and go. And a way to look now. */
function useColleagues(conversationId: string): [Colleagues | null, () => void] {
  const { team } = useDesk()
  const fail = useFail()
  const [known, setKnown] = useState<Colleagues | null>(null)
  const load = useCallback(() => team.colleagues(conversationId).then(setKnown), [team, conversationId])
  const look = useCallback(() => void load().catch(() => undefined), [load])
  useEffect(() => {
    load().catch(fail)
    const timer = setInterval(look, AGAIN_MS)
    return () => clearInterval(timer)
    // Told once, at the opening.
  }, [load, look])
  return [known, look]
}
