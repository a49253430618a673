import { useEffect, useRef, useState } from 'react'
import { MAX_FILE_BYTES } from '../../server/contract/limits.ts'
import type { AttachmentInfo } from '../../server/conversation/conversation.ts'

export type Staged = {
  key: number
  name: string
  /** Address of the image's own bytes, for those that show one. */
  preview: string | null
  state:
    | { name: 'sending' }
    | { name: 'ready'; info: AttachmentInfo }
    | { name: 'failed'; why: 'tooLarge' | 'empty' | 'refused' }
}

const MOST = 10
let lastKey = 0

function refusal(file: File): 'tooLarge' | 'empty' | null {
  if (file.size > MAX_FILE_BYTES) return 'tooLarge'
  return file.size === 0 ? 'empty' : null
}

/** Files on their way to the next message: sent up at once, shown before the message goes. */
export function useStagedFiles(upload: (file: File) => Promise<AttachmentInfo>) {
  const [staged, setStaged] = useState<Staged[]>([])
  const latest = useRef(staged)
  latest.current = staged

  const settle = (key: number, state: Staged['state']) =>
    setStaged((all) => all.map((one) => (one.key === key ? { ...one, state } : one)))

  const stage = (file: File): Staged => {
    lastKey += 1
    const key = lastKey
    const why = refusal(file)
    const preview = file.type.startsWith('image/') && !why ? URL.createObjectURL(file) : null
    if (!why)
      upload(file).then(
        (info) => settle(key, { name: 'ready', info }),
        () => settle(key, { name: 'failed', why: 'refused' }),
      )
    return { key, name: file.name, preview, state: why ? { name: 'failed', why } : { name: 'sending' } }
  }

  const forget = (gone: Staged[]) => {
    for (const one of gone) if (one.preview) URL.revokeObjectURL(one.preview)
    setStaged((all) => all.filter((one) => !gone.includes(one)))
  }

  useEffect(() => () => forget(latest.current), [])

  return {
    staged,
    add: (files: Iterable<File>) => {
      const room = MOST - latest.current.length
      setStaged([...latest.current, ...[...files].slice(0, Math.max(0, room)).map(stage)])
    },
    remove: (key: number) => forget(latest.current.filter((one) => one.key === key)),
    clear: () => forget(latest.current),
    ready: staged.flatMap((one) => (one.state.name === 'ready' ? [one.state.info] : [])),
    busy: staged.some((one) => one.state.name === 'sending'),
  }
}
