/** Which files the desk is built into. Each costs a request, and what another one imports is asked for after it. */
import { fileURLToPath } from 'node:url'
import type { Plugin, Rolldown } from 'vite'
import { sections } from './desk/app-sections.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const main = here('desk/main.tsx')
/** What the desk asks for while its main file, which is large, is on its way. */
export const opening = here('desk/opening.ts')

/** It is run as soon as it has come; the main file waits for all others, and for the page. */
export const openingFirst: Plugin = {
  name: 'opening-first',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle = {} }) =>
      Object.values(bundle)
        .filter((one) => one.type === 'chunk' && one.facadeModuleId === opening)
        .map(({ fileName }) => ({
          tag: 'script',
          attrs: { type: 'module', async: true, crossorigin: true, src: `/${fileName}` },
          injectTo: 'head-prepend',
        })),
  },
}

type Modules = Pick<Rolldown.ChunkingContext, 'getModuleInfo'>

/** All that a module begins with. */
function neededBy(id: string, modules: Modules, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(id)) return found
  found.add(id)
  for (const one of modules.getModuleInfo(id)?.importedIds ?? []) neededBy(one, modules, found)
  return found
}

/** Words that everybody at the desk needs come in one file a language: fifteen kept each other, and who is there, waiting. */
const words = (id: string): string | null => {
  const [, locale, section] = /\/i18n\/(\w+)\/(\w+)\.json$/.exec(id) ?? []
  return sections.some((one) => one === section) ? `words-${locale}` : null
}

const isStyle = (id: string): boolean => id.endsWith('.css')
/** Larger parts, which keep what is theirs. */
const isOfPart = (id: string): boolean => /\/client\/(replay|finder|desk\/judge)\//.test(id)

export function deskGroups(): Rolldown.CodeSplittingGroup[] {
  const known = new Map<string, ReadonlySet<string>>()
  const need = (id: string, modules: Modules) => {
    const needed = known.get(id) ?? neededBy(id, modules)
    known.set(id, needed)
    return needed
  }
  return [
    { name: words },
    { name: (id, modules) => (need(opening, modules).has(id) ? 'opening' : null) },
    // In one, as its order says.
    { name: (id, modules) => (need(main, modules).has(id) ? 'look' : null), test: isStyle },
    {
      // What several parts need. A part's own styles come after those of the desk.
      name(id, modules) {
        const own = [...need(id, modules)].some((one) => isStyle(one) && !need(main, modules).has(one))
        return own ? null : 'shared'
      },
      minShareCount: 2,
      test: (id) => !isOfPart(id),
    },
  ]
}
