/**
 * Files chosen for the next message of one place: sent up at once, there again after looking elsewhere and, once they are
 * up, after a reload of this tab.
 */
import { atom, type ReadableAtom } from 'nanostores'
import { MAX_FILE_BYTES, MAX_FILES } from '../../server/contract/limits.ts'
import type { AttachmentInfo } from '../../server/conversation/conversation.ts'
import type { Store } from '../wire/storage.ts'

/** With neither `info` nor `why` it is on its way. */
export type Staged = {
  key: number
  /** Of `tooMany`: all that were left out. */
  name: string
  /** Address of the image's own bytes, for those that show one. */
  preview?: string | false
  /** What can be sent up again. */
  file?: File
  /** Aborted when it is taken out. */
  stop?: AbortController
  /** It is up. */
  info?: AttachmentInfo | null
  /** It does not go with the message. */
  why?: 'tooLarge' | 'empty' | 'tooMany' | 'refused' | false
}

export type Upload = (file: File, signal: AbortSignal) => Promise<AttachmentInfo>

export type Staging = {
  $staged: ReadableAtom<readonly Staged[]>
  /** Somebody wants to send, as soon as all are up. */
  $waiting: ReadableAtom<boolean>
  /** Takes as many as go with one message, and says which were left out. */
  add(files: Iterable<File>): void
  remove(key: number): void
  /** Sends one up again that failed. */
  retry(key: number): void
  /**
   * Calls `act` with what is up, once nothing is on its way any more, and empties the place but for what may be tried
   * again. Where one fails meanwhile it is not called: whoever wrote looks at that first.
   */
  send(act: (infos: AttachmentInfo[]) => void): void
  /** Not yet: what was to be sent is being changed. */
  withdraw(): void
  clear(): void
}

let lastKey = 0

/**
 * One place, by its name in storage. `store`: of this tab alone, since a file goes with one message only. `upload` rejects on any
 * failure, and may wait for a line as long as it takes.
 */
export function createStaging(store: Store, scope: string, upload: Upload): Staging {
  const place = `parley.files.${scope}`
  const $staged = atom<readonly Staged[]>(recall(store.get(place)))
  const $waiting = atom(false)
  let act: ((infos: AttachmentInfo[]) => void) | null = null

  const put = (next: readonly Staged[]): void => {
    for (const { key, preview, stop } of $staged.get()) {
      if (next.some((one) => one.key === key)) continue
      stop?.abort()
      if (preview) URL.revokeObjectURL(preview)
    }
    $staged.set(next)
    const kept = next.filter((one) => one.file ?? one.info).map(({ name, info }) => ({ name, info }))
    store.set(place, JSON.stringify(kept))
    if (act && next.every((one) => one.info ?? one.why)) {
      const go = act
      withdraw()
      put(next.filter((one) => one.why && one.file))
      go(next.flatMap(({ info }) => info ?? []))
    }
  }
  const withdraw = (): void => {
    act = null
    $waiting.set(false)
  }
  const change = (key: number, to: Partial<Staged>): void =>
    put($staged.get().map((one) => (one.key === key ? { ...one, ...to } : one)))
  const sendUp = (one: Staged): Staged => {
    const { key, file } = one
    const stop = new AbortController()
    if (file)
      upload(file, stop.signal).then(
        (info) => change(key, { info }),
        () => {
          if ($staged.get().some((still) => still.key === key)) withdraw()
          change(key, { why: 'refused' })
        },
      )
    return { ...one, stop }
  }
  const stage = (file: File): Staged => {
    const { name, size, type } = file
    const why = size > MAX_FILE_BYTES ? 'tooLarge' : size === 0 && 'empty'
    if (why) return { key: ++lastKey, name, why }
    return sendUp({
      ...{ key: ++lastKey, name, file },
      preview: type.startsWith('image/') && URL.createObjectURL(file),
    })
  }
  return {
    ...{ $staged, $waiting, withdraw },
    add(files) {
      const all = $staged.get()
      const chosen = [...files]
      const over = chosen.splice(MAX_FILES - all.filter((one) => one.file ?? one.info).length)
      const name = over.map((file) => file.name).join(' · ')
      const left: Staged[] = name ? [{ key: ++lastKey, name: name.slice(0, 200), why: 'tooMany' }] : []
      put([...all, ...chosen.map(stage), ...left])
    },
    remove: (key) => put($staged.get().filter((one) => one.key !== key)),
    retry: (key) => put($staged.get().map((one) => (one.key === key ? sendUp({ ...one, why: false }) : one))),
    send(next) {
      act = next
      $waiting.set(true)
      put($staged.get())
    },
    clear() {
      withdraw()
      put([])
      store.remove(place)
    },
  }
}

/** What was still on its way when the page went is named, since it has to be chosen anew. */
function recall(text: string | null): Staged[] {
  try {
    const kept = JSON.parse(text ?? '[]') as Pick<Staged, 'name' | 'info'>[]
    return kept.map((one) => ({ ...one, key: ++lastKey, why: !one.info && 'refused' }))
  } catch {
    return []
  }
}
