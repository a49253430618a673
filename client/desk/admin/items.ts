/** The lists of what is administered, kept once for all screens, and their changes. */
import { atom, type ReadableAtom } from 'nanostores'
import type { AuditPage } from '../../../server/contract/configuration.ts'
import type { PersonItem } from '../../../server/contract/http.ts'
import { RequestError } from '../../wire/request-error.ts'
import type { Session } from '../session/desk-session.ts'
import type { Source } from './fields.ts'
import type { Body } from './merge.ts'

export type Item = { id: string; version: number; body: Body }

/** For what stands below the form of an item. */
export type MoreProps = {
  item: Item
  /** Of somebody who was added just now: the one-time link. */
  link: string | null
}

/** `link`: of somebody new, the way in. */
export type Saved = { item: Item; link: string | null }

export type Items = {
  $lists: ReadableAtom<Partial<Record<Source, Item[]>>>
  /** Asks for lists; those that are there already are shown meanwhile. Rejects with `RequestError`. */
  load(...sources: Source[]): Promise<void>
  /** Version 0: new. Rejects with `RequestError`. */
  save(source: Source, item: Item): Promise<Saved>
  remove(source: Source, item: Item): Promise<void>
  /** Who changed it last; null where the log does not say. */
  lastChanger(id: string): Promise<string | null>
}

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

export const listAddress = (source: Source): string =>
  source === 'person' ? '/api/desk/people' : `/api/desk/configuration/${source}`

const toItem = ({ id, version, body }: PersonItem): Item => ({ id, version, body })

export function createItems(session: Session): Items {
  const $lists = atom<Partial<Record<Source, Item[]>>>({})
  const put = (source: Source, change: (items: Item[]) => Item[]) =>
    $lists.set({ ...$lists.get(), [source]: change($lists.get()[source] ?? []) })
  const ask = async (address: string, init?: RequestInit): Promise<unknown> =>
    (await session.fetch(address, init)).json()

  async function load(source: Source): Promise<void> {
    const answer = (await ask(listAddress(source))) as { items?: Item[]; people?: PersonItem[] }
    put(source, () => answer.items ?? (answer.people ?? []).map(toItem))
  }

  async function send(source: Source, { id, version, body }: Item): Promise<Saved> {
    if (source !== 'person') {
      const item = (await ask(`${listAddress(source)}/${id}`, json('PUT', { version, body }))) as Item
      return { item, link: null }
    }
    const { person } = (await ask(`${listAddress(source)}/${id}`, json('PUT', { version, body }))) as {
      person: PersonItem
    }
    if (version > 0) return { item: toItem(person), link: null }
    // Whoever is there and has no link gets one by the button; it must not undo that they are there.
    const made = await ask(`${listAddress(source)}/${id}/link`, { method: 'POST' }).catch(() => null)
    return { item: toItem(person), link: (made as { link: string } | null)?.link ?? null }
  }

  return {
    $lists,
    async load(...sources) {
      await Promise.all(sources.map(load))
    },
    async save(source, item) {
      const saved = await send(source, item)
      put(source, (items) => [...items.filter(({ id }) => id !== saved.item.id), saved.item])
      return saved
    },
    async remove(source, { id, version }) {
      await session.fetch(`${listAddress(source)}/${id}?version=${version}`, { method: 'DELETE' })
      put(source, (items) => items.filter((one) => one.id !== id))
    },
    async lastChanger(id) {
      const page = (await ask(`/api/desk/audit?subject=${id}`).catch((error: unknown) => {
        if (error instanceof RequestError) return { entries: [] }
        throw error
      })) as Pick<AuditPage, 'entries'>
      return page.entries[0]?.person.name ?? null
    },
  }
}
