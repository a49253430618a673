import { type SubmitEvent, useEffect, useMemo, useState } from 'react'
import type { Colleagues } from '../../../server/contract/desk.ts'
import type { Key } from '../../i18n/keys.ts'
import { useI18n } from '../../i18n/use-i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useDesk } from '../desk-context.ts'
import { useFail } from '../use-fail.ts'
import type { Target } from './team.ts'

/** One thing that can be done with whoever is chosen; the first is what Enter does. */
export type Deed = {
  label: Key
  /** Only with a person who is free. */
  personOnly?: boolean
  run: (to: Target, note: string, name: string) => Promise<void>
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

type Choice = { to: Target; name: string; about: string; free: boolean }

/** Whom it shall go to, with a word about it: a search field, a list that the arrow keys walk, and what to do. */
export function PeopleDialog({ conversationId, title, queues, deeds, close, children }: Props) {
  const { t } = useI18n()
  const fail = useFail()
  const known = useColleagues(conversationId)
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const choices = useChoices(known, queues, search)
  const choice = choices.find((one) => keyOf(one) === chosen) ?? null
  const run = async (deed: Deed): Promise<void> => {
    if (!choice) return
    setBusy(true)
    try {
      await deed.run(choice.to, note, choice.name)
      close()
    } catch (error) {
      fail(error)
      setBusy(false)
    }
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const [first] = deeds
    if (first && may(first, choice)) void run(first)
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
                onChange={() => setChosen(keyOf(one))}
              />
              <bdi>{one.name}</bdi>
              <span className="quiet">{one.about}</span>
            </label>
          ))}
          {known && choices.length === 0 ? <p className="quiet">{t('team.nobody')}</p> : null}
        </fieldset>
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
              disabled={!may(deed, choice)}
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

const keyOf = ({ to }: Choice): string => `${to.kind} ${to.id ?? ''}`
const may = (deed: Deed, choice: Choice | null): boolean =>
  choice !== null && choice.free && !(deed.personOnly && choice.to.kind !== 'agent')

const AGAIN_MS = 5_000

/** Loaded at once, and again each 5 s: people come and go. */
function useColleagues(conversationId: string): Colleagues | null {
  const { team } = useDesk()
  const fail = useFail()
  const [known, setKnown] = useState<Colleagues | null>(null)
  useEffect(() => {
    const load = () => team.colleagues(conversationId).then(setKnown)
    load().catch(fail)
    const timer = setInterval(() => void load().catch(() => undefined), AGAIN_MS)
    return () => clearInterval(timer)
    // Told once, at the opening.
  }, [team, conversationId])
  return known
}

function useChoices(known: Colleagues | null, queues: boolean, search: string): Choice[] {
  const { t } = useI18n()
  return useMemo(() => {
    const people = (known?.agents ?? []).map(
      ({ id, name, status, free }): Choice => ({
        ...{ to: { kind: 'agent', id }, name, free },
        about: t(free ? 'team.free' : status === 'available' ? 'team.full' : `team.status_${status}`),
      }),
    )
    const lines = (queues ? (known?.queues ?? []) : []).map(
      ({ id, name, waiting }): Choice => ({
        ...{ to: { kind: 'queue', id }, name: name || t('team.everybodysQueue'), free: true },
        about: t('team.waiting', { count: waiting }),
      }),
    )
    const sought = search.trim().toLowerCase()
    return [...people.sort((a, b) => Number(b.free) - Number(a.free)), ...lines].filter(({ name }) =>
      name.toLowerCase().includes(sought),
    )
  }, [known, queues, search, t])
}
