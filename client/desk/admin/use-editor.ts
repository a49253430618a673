import { useEffect, useRef, useState } from 'react'
import { useI18n } from '../../i18n/use-i18n.ts'
import { showToast } from '../../ui/toast.tsx'
import { RequestError } from '../../wire/request-error.ts'
import type { Named } from '../../../server/contract/errors.ts'
import { useFail } from '../use-fail.ts'
import { type Draft, keepDraft, readDraft } from './draft.ts'
import { check, type Faults, told } from './faults.ts'
import type { Source } from './fields.ts'
import type { Item, Saved } from './items.ts'
import { useAllItems } from './items-context.ts'
import { type Body, type Difference, merge } from './merge.ts'
import { same } from './path.ts'

/** Somebody else was faster: what they changed, and whose it is now. */
export type Clash = { by: string | null; taken: Difference[]; both: Difference[]; gone: boolean }

export type Editor = {
  draft: Draft
  changed: boolean
  busy: boolean
  faults: Faults
  clash: Clash | null
  usedBy: Named[] | null
  put(body: Body): void
  save(): Promise<void>
  discard(): void
  remove(): Promise<void>
}

type Given = {
  source: Source
  /** Names the draft; the item's id, or `new`. */
  slot: string
  item: Item
  saved(saved: Saved): void
  removed(): void
}

const none: Faults = new Map()

/** One item being edited: its draft, what is wrong with it, and what happened to it elsewhere. */
export function useEditor({ source, slot, item, saved, removed }: Given): Editor {
  const items = useAllItems()
  const { t } = useI18n()
  const fail = useFail()
  const fresh = (): Draft => ({ id: item.id, version: item.version, base: item.body, body: item.body })
  const [draft, setDraft] = useState<Draft>(() => readDraft(source, slot) ?? fresh())
  const [busy, setBusy] = useState(false)
  const [faults, setFaults] = useState<Faults>(none)
  const [clash, setClash] = useState<Clash | null>(null)
  const [usedBy, setUsedBy] = useState<Named[] | null>(null)

  const changed = !same(draft.base, draft.body)
  /** The draft as it is by now, for what ends later than it began. */
  const latest = useRef(draft)
  const show = (next: Draft) => {
    latest.current = next
    setDraft(next)
  }
  useEffect(() => {
    if (!changed && item.version > draft.version) show(fresh())
  }, [item])

  const hold = (next: Draft) => {
    show(next)
    keepDraft(source, slot, same(next.base, next.body) ? null : next)
  }
  const undoable = (words: string, undo: () => Promise<unknown>) =>
    showToast({
      text: words,
      ms: 10_000,
      action: { label: t('common.undo'), run: () => void undo().catch(fail) },
    })

  /** Takes in what the other has made of it meanwhile; mine stays where both changed the same. */
  const reconcile = async (): Promise<void> => {
    await items.load(source)
    const theirs = items.$lists.get()[source]?.find(({ id }) => id === draft.id)
    const by = await items.lastChanger(draft.id)
    const mine = latest.current
    if (!theirs) {
      setClash({ by, taken: [], both: [], gone: true })
      hold({ ...mine, version: 0, base: {} })
      return
    }
    const { body, taken, both } = merge(mine.base, mine.body, theirs.body)
    setClash({ by, taken, both, gone: false })
    hold({ id: draft.id, version: theirs.version, base: theirs.body, body })
  }
  const refused = async (error: unknown): Promise<void> => {
    const detail = error instanceof RequestError ? error.detail : undefined
    const placed = told(detail)
    if (detail?.reason === 'version') await reconcile()
    else if (detail?.reason === 'inUse' && detail.usedBy) setUsedBy(detail.usedBy)
    else if (placed) setFaults(placed)
    else fail(error)
  }
  const during = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true)
    setUsedBy(null)
    try {
      await work()
    } catch (error) {
      await refused(error).catch(fail)
    } finally {
      setBusy(false)
    }
  }
  const clear = (next: Draft) => {
    setClash(null)
    setFaults(none)
    setUsedBy(null)
    hold(next)
  }
  /** Saved as `now`; what was typed since `before` stood in the form stays, and is not saved. */
  const settle = (before: Body, { id, version, body }: Item) =>
    clear({ id, version, base: body, body: merge(before, latest.current.body, body).body })
  const back = async (from: Body, to: Item): Promise<void> => {
    const { item: now } = await items.save(source, to)
    settle(from, now)
  }

  return {
    ...{ draft, changed, busy, faults, clash, usedBy },
    put(body) {
      hold({ ...draft, body })
      if (faults.size > 0) setFaults(none)
    },
    async save() {
      const found = check(source, draft.body)
      setFaults(found)
      if (found.size > 0) return
      await during(async () => {
        const { version, base } = draft
        const done = await items.save(source, { id: draft.id, version, body: draft.body })
        const now = done.item
        settle(draft.body, now)
        if (slot === 'new') {
          // It is edited under its own name from now on, and what was typed meanwhile with it.
          keepDraft(source, now.id, readDraft(source, slot))
          keepDraft(source, slot, null)
        }
        if (version > 0) undoable(t('admin.saved'), () => back(now.body, { ...now, body: base }))
        else if (source === 'person') showToast({ text: t('admin.saved') })
        else undoable(t('admin.saved'), () => items.remove(source, now))
        saved(done)
      })
    },
    discard: () => clear(fresh()),
    async remove() {
      await during(async () => {
        const { id, version, base } = draft
        await items.remove(source, { id, version, body: base })
        keepDraft(source, slot, null)
        undoable(t('admin.removed'), () => items.save(source, { id, version: 0, body: base }))
        removed()
      })
    },
  }
}
