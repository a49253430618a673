/** Where in a finalised recording's file which time begins, by the file's own table. */
import { CLUSTER, CUES, SEGMENT } from '../../sfu/recording/ebml.ts'
import type { ReadableFile } from '../sealing/file.ts'

/** `at`: byte of the file at which the cluster begins. */
export type Cue = { atMs: number; at: number }

const SEEK_HEAD = 0x114d9b74
/** Before the first cluster stand a few hundred bytes. */
const HEAD_BYTES = 4_096

type Element = { id: number; body: number; end: number }

/** In order of time; empty for a file without a table, which is read from its beginning then. */
export async function readCues(file: ReadableFile): Promise<Cue[]> {
  const head = await bytesOf(file, 0, Math.min(file.size, HEAD_BYTES))
  const segment = elements(head, 0, head.length).find(({ id }) => id === SEGMENT)
  if (!segment) return []
  const at = cuesAt(head, segment.body)
  if (at === null || at >= file.size) return []
  const table = await bytesOf(file, at, file.size)
  const [cues] = elements(table, 0, table.length)
  if (cues?.id !== CUES) return []
  return elements(table, cues.body, cues.end).flatMap((point) => {
    const [time, place] = [find(table, point, 0xb3), find(table, point, 0xb7)]
    const position = place && find(table, place, 0xf1)
    if (!time || !position) return []
    return [{ atMs: valueOf(table, time), at: segment.body + valueOf(table, position) }]
  })
}

/** As the table of tables tells it, in bytes of the file. */
function cuesAt(head: Buffer, body: number): number | null {
  for (const one of elements(head, body, head.length)) {
    if (one.id === CLUSTER) return null
    if (one.id !== SEEK_HEAD) continue
    for (const seek of elements(head, one.body, one.end)) {
      const [id, position] = [find(head, seek, 0x53ab), find(head, seek, 0x53ac)]
      if (id && position && valueOf(head, id) === CUES) return body + valueOf(head, position)
    }
  }
  return null
}

const find = (bytes: Buffer, { body, end }: Element, id: number) =>
  elements(bytes, body, end).find((one) => one.id === id)

function valueOf(bytes: Buffer, { body, end }: Element): number {
  let value = 0
  for (let at = body; at < end; at++) value = value * 256 + (bytes[at] ?? 0)
  return value
}

/** Those that begin there, one after the other; the last may go beyond `end`. */
function elements(bytes: Buffer, from: number, end: number): Element[] {
  const found: Element[] = []
  for (let at = from; at < end; ) {
    const id = vint(bytes, at, false)
    const size = id && vint(bytes, id.next, true)
    if (!id || !size) break
    found.push({ id: id.value, body: size.next, end: size.next + size.value })
    at = size.next + size.value
  }
  return found
}

function vint(bytes: Buffer, at: number, unmarked: boolean): { value: number; next: number } | null {
  const first = bytes[at]
  if (first === undefined || first === 0) return null
  const length = Math.clz32(first) - 23
  if (at + length > bytes.length) return null
  let value = unmarked ? first & ((1 << (8 - length)) - 1) : first
  for (let n = 1; n < length; n++) value = value * 256 + (bytes[at + n] ?? 0)
  return { value, next: at + length }
}

async function bytesOf(file: ReadableFile, from: number, to: number): Promise<Buffer> {
  return Buffer.concat(await file.read(from, to).toArray())
}
