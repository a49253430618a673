/** What a wrap-up needs before its agent may say that it is done. Pure. */
import type { WrapUp } from '../contract/desk.ts'
import { AppError } from '../contract/errors.ts'

export type Filled = { dispositionId: string | null; note: string }

/** Throws `badInput`, naming what is missing or too much. */
export function assertFilled(
  { disposition, note }: Pick<WrapUp, 'disposition' | 'note'>,
  filled: Filled,
): void {
  const wrote = filled.note.trim() !== ''
  if (disposition === 'required' && filled.dispositionId === null)
    throw new AppError('badInput', 'Choose a disposition')
  if (disposition === 'none' && filled.dispositionId !== null)
    throw new AppError('badInput', 'This queue has no dispositions')
  if (note === 'required' && !wrote) throw new AppError('badInput', 'Write a note')
  if (note === 'none' && wrote) throw new AppError('badInput', 'This queue asks for no note')
}

export const mayBeSkipped = ({ disposition, note }: Pick<WrapUp, 'disposition' | 'note'>): boolean =>
  disposition !== 'required' && note !== 'required'

type Node = { id: string; body: { name: string; parentId: string | null } }

/** The names from the root to the disposition; null when there is none of that id, or others stand under it. */
export function pathOf(nodes: readonly Node[], id: string): string[] | null {
  const byId = new Map(nodes.map((node) => [node.id, node.body]))
  if (nodes.some(({ body }) => body.parentId === id)) return null
  const names: string[] = []
  for (let at = byId.get(id); at !== undefined; at = at.parentId === null ? undefined : byId.get(at.parentId))
    names.unshift(at.name)
  return names.length > 0 ? names : null
}
