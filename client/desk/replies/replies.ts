/** Canned replies: finding one, and filling it in. Pure. */
import type { Reply } from '../../../server/contract/reply.ts'
import { normal } from '../suggest/trigger.ts'

const MOST = 30

/** 3: the name begins so; 2: a word of name or folder does; 1: it stands somewhere; 0: nowhere. */
function fit({ name, folder, text }: Reply, query: string): number {
  const named = normal(`${name} ${folder}`)
  if (named.startsWith(query)) return 3
  if (named.split(/[\s/]+/).some((word) => word.startsWith(query))) return 2
  return normal(text).includes(query) || named.includes(query) ? 1 : 0
}

const speaks = ({ language }: Reply, locale: string): boolean => language === null || language === locale

/** From the outermost in. */
export type Path = readonly string[]
export const pathOf = ({ folder }: Pick<Reply, 'folder'>): Path => (folder === '' ? [] : folder.split('/'))

/** Folders are one whatever case or composition their names are typed in. */
const isIn = (reply: Reply, path: Path): boolean => {
  const own = pathOf(reply)
  return path.every((name, i) => normal(own[i] ?? '') === normal(name))
}

/** All in a folder and in those that stand in it. */
export const under = (replies: readonly Reply[], path: Path): Reply[] =>
  replies.filter((reply) => isIn(reply, path))

export type Folder = { name: string; count: number }

/** What stands in a folder itself: folders with how many replies are under each, by name, and replies, those in the visitor's language first. */
export function contents(
  replies: readonly Reply[],
  path: Path,
  locale: string,
): { folders: Folder[]; replies: Reply[] } {
  const here = under(replies, path)
  const folders = new Map<string, Folder>()
  for (const reply of here) {
    const name = pathOf(reply)[path.length]
    if (name === undefined) continue
    const known = folders.get(normal(name))
    folders.set(normal(name), { name: known?.name ?? name, count: (known?.count ?? 0) + 1 })
  }
  return {
    folders: [...folders.values()].sort((a, b) => a.name.localeCompare(b.name)),
    replies: findReplies(
      here.filter((reply) => pathOf(reply).length === path.length),
      '',
      locale,
    ),
  }
}

/** Best first: those in the visitor's language, then by how well they fit, one's own before everybody's, by name. */
export function findReplies(replies: readonly Reply[], query: string, locale: string): Reply[] {
  const wanted = normal(query)
  return replies
    .map((reply) => ({ reply, fits: fit(reply, wanted) }))
    .filter(({ fits }) => fits > 0)
    .sort(
      (a, b) =>
        Number(speaks(b.reply, locale)) - Number(speaks(a.reply, locale)) ||
        b.fits - a.fits ||
        Number(b.reply.own) - Number(a.reply.own) ||
        a.reply.name.localeCompare(b.reply.name),
    )
    .slice(0, MOST)
    .map(({ reply }) => reply)
}

export const variables = ['visitor.name', 'visitor.email', 'agent.name'] as const
export type Values = Partial<Record<(typeof variables)[number], string | null>>

/** What is known is put in; what is not stays, to be written by hand. `gap`: the first such place. */
export function fillIn(text: string, values: Values): { text: string; gap: [number, number] | null } {
  const filled = text.replace(/\{([a-z.]+)\}/g, (all, name: string) => values[name as keyof Values] || all)
  const gap = new RegExp(`\\{(${variables.join('|').replaceAll('.', '\\.')})\\}`).exec(filled)
  return { text: filled, gap: gap ? [gap.index, gap.index + gap[0].length] : null }
}
