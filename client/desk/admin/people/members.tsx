/** Who is in a team or a queue: their profiles say so, and each change here is one of a profile. */
import { useState } from 'react'
import { Link } from 'wouter'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { xIcon } from '../../../ui/icons.ts'
import { showToast } from '../../../ui/toast.tsx'
import { useFail } from '../../use-fail.ts'
import type { Item } from '../items.ts'
import { useAllItems, useItems, useNames } from '../items-context.ts'
import { descriptions } from '../kinds/kinds.ts'
import type { Body } from '../merge.ts'

type Serving = { queueId: string; priority: number }
const queuesOf = (body: Body): Serving[] => (body['queues'] as Serving[] | undefined) ?? []

/** Somebody's profile, or the one they would have. */
function useProfiles(): (personId: string) => Item {
  const profiles = useItems('profile')
  return (id) =>
    profiles.find((one) => one.id === id) ?? { id, version: 0, body: descriptions.profile.blank() }
}

/** Changes profiles one after the other; a toast takes all of it back. */
function useProfileChange() {
  const items = useAllItems()
  const fail = useFail()
  const { t } = useI18n()
  const profile = useProfiles()
  const [busy, setBusy] = useState(false)
  const change = async (ids: string[], to: (body: Body) => Body): Promise<void> => {
    setBusy(true)
    const before = ids.map(profile)
    const after: Item[] = []
    try {
      for (const item of before) {
        after.push((await items.save('profile', { ...item, body: to(item.body) })).item)
      }
      showToast({
        ...{ text: t('admin.saved'), ms: 10_000 },
        action: { label: t('common.undo'), run: () => void undo(before, after).catch(fail) },
      })
    } catch (error) {
      fail(error)
      await items.load('profile').catch(fail)
    } finally {
      setBusy(false)
    }
  }
  const undo = async (before: Item[], after: Item[]): Promise<void> => {
    for (const [at, now] of after.entries()) {
      await items.save('profile', { ...now, body: before[at]?.body ?? now.body })
    }
  }
  return { change, busy }
}

export function QueueMembers({ item: { id } }: { item: Item }) {
  const { t, n } = useI18n()
  const people = useItems('person')
  const teamName = useNames('team')
  const profile = useProfiles()
  const { change, busy } = useProfileChange()
  const serving = (personId: string) => queuesOf(profile(personId).body).find(({ queueId }) => queueId === id)
  const members = people.filter((person) => serving(person.id))
  const without = (body: Body): Serving[] => queuesOf(body).filter(({ queueId }) => queueId !== id)
  const join = (ids: string[]) =>
    change(ids, (body) => ({ ...body, queues: [...without(body), { queueId: id, priority: 1 }] }))
  return (
    <section className="more">
      <h3>{t('admin.members')}</h3>
      {members.length === 0 ? <p className="quiet">{t('admin.membersNone')}</p> : null}
      <ul className="members">
        {members.map((person) => {
          const name = String(person.body['name'])
          const team = teamName(String(profile(person.id).body['teamId']))
          return (
            <li key={person.id}>
              <Link href={`/settings/people/${person.id}`}>
                <bdi>{name}</bdi>
              </Link>
              <small className="quiet">
                {team ? `${team} · ` : ''}
                {t('admin.memberPriorityIs', { priority: n(serving(person.id)?.priority ?? 1) })}
              </small>
              <IconButton
                icon={xIcon}
                label={t('admin.removeMember', { name })}
                disabled={busy}
                onClick={() => void change([person.id], (body) => ({ ...body, queues: without(body) }))}
              />
            </li>
          )
        })}
      </ul>
      <Joining busy={busy} others={people.filter((person) => !serving(person.id))} join={join} withTeams />
    </section>
  )
}

export function TeamMembers({ item: { id } }: { item: Item }) {
  const { t } = useI18n()
  const people = useItems('person')
  const profile = useProfiles()
  const { change, busy } = useProfileChange()
  const isIn = (person: Item) => profile(person.id).body['teamId'] === id
  return (
    <section className="more">
      <h3>{t('admin.members')}</h3>
      <ul className="members">
        {people.filter(isIn).map((person) => {
          const name = String(person.body['name'])
          return (
            <li key={person.id}>
              <Link href={`/settings/people/${person.id}`}>
                <bdi>{name}</bdi>
              </Link>
              <IconButton
                icon={xIcon}
                label={t('admin.removeMember', { name })}
                disabled={busy}
                onClick={() => void change([person.id], (body) => ({ ...body, teamId: null }))}
              />
            </li>
          )
        })}
      </ul>
      <Joining
        busy={busy}
        others={people.filter((person) => !isIn(person))}
        join={(ids) => change(ids, (body) => ({ ...body, teamId: id }))}
      />
    </section>
  )
}

type JoiningProps = {
  busy: boolean
  others: Item[]
  join(ids: string[]): Promise<void>
  /** Whole teams at once too. */
  withTeams?: boolean
}

/** Somebody, or all of a team who are not in yet. */
function Joining({ busy, others, join, withTeams = false }: JoiningProps) {
  const { t } = useI18n()
  const [chosen, setChosen] = useState('')
  const profile = useProfiles()
  const teams = useItems('team')
  const ofTeam = (teamId: string) => others.filter(({ id }) => profile(id).body['teamId'] === teamId)
  const ids = others.some(({ id }) => id === chosen) ? [chosen] : ofTeam(chosen).map(({ id }) => id)
  const add = () => {
    setChosen('')
    void join(ids)
  }
  return (
    <div className="form-row">
      <select
        className="field"
        aria-label={t('admin.addMember')}
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value)}
      >
        <option value="">{t('admin.choose')}</option>
        {others.map(({ id, body }) => (
          <option key={id} value={id}>
            {String(body['name'])}
          </option>
        ))}
        {(withTeams ? teams : []).map(({ id, body }) => (
          <option key={id} value={id} disabled={ofTeam(id).length === 0}>
            {t('admin.wholeTeam', { name: String(body['name']), count: ofTeam(id).length })}
          </option>
        ))}
      </select>
      <Button disabled={ids.length === 0} busy={busy} onClick={add}>
        {t('admin.addMember')}
      </Button>
    </div>
  )
}
