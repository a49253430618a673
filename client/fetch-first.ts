/** Has each dynamic import of a build go through `wire/fetch-first.ts`, which says why, in place of Vite's own helper. */
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const helper = fileURLToPath(new URL('wire/fetch-first.ts', import.meta.url))
const MAP = /^const __vite__mapDeps=.*?m\.f=(\[[^\]]*\]).*\n/

export const fetchFirst: Plugin = {
  name: 'fetch-first',
  enforce: 'pre',
  config: () => ({
    build: {
      modulePreload: {
        polyfill: false,
        // What a page begins with it fetches by itself. The desk's main file is large: what it imports comes beside it, not after it.
        resolveDependencies: (file, imported, { hostId, hostType }) =>
          hostType === 'js'
            ? [...new Set([file, ...imported])]
            : hostId.endsWith('desk.html')
              ? imported
              : [],
      },
    },
  }),
  load: (id) =>
    id.endsWith('vite/preload-helper.js')
      ? `export { fetchFirst as __vitePreload } from ${JSON.stringify(helper)}`
      : null,
  generateBundle: {
    order: 'post',
    /**
     * Vite keeps the names in one table at the front. Beside the import, which names the file as well, they pack to almost
     * nothing. Of a module that was nothing but a style only the style is left: its own name leads nowhere.
     */
    handler(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        const [, table] = (chunk.type === 'chunk' && MAP.exec(chunk.code)) || []
        if (chunk.type !== 'chunk' || !table) continue
        const files = JSON.parse(table) as string[]
        const named = (places: string): string => {
          const wanted = places.split(',').map((place) => files[Number(place)] ?? '')
          return JSON.stringify(
            wanted.filter((file) => file in bundle).map((file) => `./${posix.basename(file)}`),
          )
        }
        chunk.code = chunk.code
          .replace(MAP, '')
          .replace(/__vite__mapDeps\(\[([\d,]*)\]\)/g, (_, places: string) => named(places))
      }
    },
  },
}
