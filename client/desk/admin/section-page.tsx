import { useStore } from '@nanostores/react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useI18n } from '../../i18n/use-i18n.ts'
import { newId } from '../../wire/new-id.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { arrowLeftIcon, plusIcon } from '../../ui/icons.ts'
import { useSession } from '../session/session-context.ts'
import { useFail } from '../use-fail.ts'
import { readDraft } from './draft.ts'
import { Editor } from './editor.tsx'
import { extras } from './extras.tsx'
import type { Source } from './fields.ts'
import type { Item, Saved } from './items.ts'
import { createLoading, needs } from './loading.ts'
import { useAllItems, useItems, useNames } from './items-context.ts'
import { descriptions } from './kinds/kinds.ts'
import type { ItemSection } from './sections.ts'

/** Of each section: its items on one side, the one that is open on the other. */
export function SectionPage({ section, selected }: { section: ItemSection; selected: string | null }) {
  const { t } = useI18n()
  const { source } = section
  const items = useItems(source)
  const { state, ask } = useLoading(source)
  const loaded = state === 'there'
  const [, go] = useLocation()
  const base = `/settings/${section.name}`
  const found = items.find(({ id }) => id === selected) ?? null
  const [made, setMade] = useState<Saved | null>(null)
  return (
    <div className={`section ${selected ? 'one' : 'many'}`}>
      <section className="section-list" aria-label={t(section.words)} aria-busy={state === 'loading'}>
        <h2>{t(section.words)}</h2>
        <p className="quiet">{t(section.hint)}</p>
        <Link
          href={`${base}/new`}
          className="button plain"
          aria-current={selected === 'new' ? 'page' : undefined}
        >
          <Icon of={plusIcon} size={18} />
          <span>{t(section.add)}</span>
        </Link>
        {state === 'failed' ? (
          <p className="page-notice">
            <span>{t('common.failure')}</span>
            <Button onClick={() => void ask()}>{t('common.tryAgain')}</Button>
          </p>
        ) : null}
        {loaded && items.length === 0 ? <p className="quiet">{t('admin.noneYet')}</p> : null}
        <List source={source} base={base} items={items} selected={selected} />
      </section>
      <section className="section-item">
        <Link href={base} className="section-back">
          <Icon of={arrowLeftIcon} size={18} mirror />
          <span>{t(section.words)}</span>
        </Link>
        {selected === null ? (
          <p className="quiet section-hint">{t('admin.chooseOne')}</p>
        ) : !loaded ? null : (
          <Open
            key={selected}
            section={section}
            item={selected === 'new' ? null : found}
            selected={selected}
            link={made?.item.id === selected ? made.link : null}
            saved={(done) => {
              if (done.link !== null) setMade(done)
              go(`${base}/${done.item.id}`, { replace: true })
            }}
            removed={() => go(base, { replace: true })}
          />
        )}
      </section>
    </div>
  )
}

function useLoading(source: Source) {
  const items = useAllItems()
  const fail = useFail()
  const loading = useMemo(
    () => createLoading(() => items.load(source, ...(needs[source] ?? [])), fail),
    [items, source],
  )
  useEffect(() => void loading.ask(), [loading])
  return { state: useStore(loading.$state), ask: loading.ask }
}

type ListProps = { source: Source; base: string; items: Item[]; selected: string | null }

function List({ source, base, items, selected }: ListProps) {
  const { t, locale } = useI18n()
  const names = useNames(source)
  const { about } = descriptions[source]
  const rows = items
    .map((item) => ({ item, name: names(item.id) }))
    .sort((one, other) => one.name.localeCompare(other.name, locale))
  return (
    <ul className="section-items">
      {rows.map(({ item, name }) => {
        const more = about?.(item.body)
        return (
          <li key={item.id}>
            <Link href={`${base}/${item.id}`} aria-current={item.id === selected ? 'page' : undefined}>
              <bdi>{name}</bdi>
              {more ? <small className="quiet">{t(more)}</small> : null}
              {readDraft(source, item.id) ? <small className="pill">{t('admin.unsaved')}</small> : null}
            </Link>
          </li>
        )
      })}
    </ul>
  )
}

type OpenProps = {
  section: ItemSection
  item: Item | null
  selected: string
  /** The way in for somebody who was added just now. */
  link: string | null
  saved(saved: Saved): void
  removed(): void
}

function Open({ section, item, selected, link, saved, removed }: OpenProps) {
  const { t } = useI18n()
  const { source } = section
  const { fields, blank } = descriptions[source]
  const [fresh] = useState(() => ({ id: newId(), version: 0, body: blank() }))
  const names = useNames(source)
  const draft = readDraft(source, selected)
  const who = useStore(useSession().$who)
  const mine = who.phase === 'in' ? who.person.role : 'agent'
  const beyond = source === 'person' && item?.body['role'] === 'admin' && mine !== 'admin'
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // To the first field of what is new; of what is there one may want to read first.
    const first = heading.current?.parentElement?.querySelector<HTMLElement>('form .field')
    ;(selected === 'new' ? first : heading.current)?.focus()
  }, [selected])
  if (selected !== 'new' && !item && !draft) return <p role="alert">{t('admin.gone')}</p>
  const More = extras[source]
  const title = item ? names(item.id) : t(section.add)
  return (
    <>
      <h2 ref={heading} tabIndex={-1}>
        <bdi>{title}</bdi>
      </h2>
      {beyond ? (
        <p className="quiet">{t('admin.onlyAdmins')}</p>
      ) : (
        <Editor
          source={source}
          slot={selected}
          item={item ?? fresh}
          fields={fields}
          title={title}
          saved={saved}
          {...(source === 'person' ? {} : { removed })}
        />
      )}
      {item && More && !beyond ? <More item={item} link={link} /> : null}
    </>
  )
}
