import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { sections } from './desk/app-sections.ts'

type Chunk = { file: string; css?: string[]; imports?: string[]; isEntry?: boolean }

const dist = new URL('dist/', import.meta.url)
const text = (file: string): string => readFileSync(new URL(file, dist), 'utf8')
const weigh = (files: Iterable<string>): number =>
  [...new Set(files)].reduce((sum, file) => sum + gzipSync(text(file), { level: 9 }).length, 0)

/** A few letters around the first of what must not be there: files of one line are no message. */
const foundIn = (file: string, what: RegExp): string | null =>
  new RegExp(`.{0,40}(?:${what.source}).{0,40}`).exec(text(file))?.[0] ?? null

/** A chunk's own files and those that it needs at once. */
function filesOf(manifest: Record<string, Chunk>, key: string): string[] {
  const chunk = manifest[key]
  if (!chunk) throw new Error(`${key} is not in the manifest`)
  const more = (chunk.imports ?? []).flatMap((one) => filesOf(manifest, one))
  return [chunk.file, ...(chunk.css ?? []), ...more]
}

describe('what a browser loads', () => {
  let manifest: Record<string, Chunk> = {}
  beforeAll(async () => {
    const build = fileURLToPath(new URL('build.ts', import.meta.url))
    await promisify(execFile)(process.execPath, [build, 'launcher', 'panel', 'desk', 'clip', 'handout'], {
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    manifest = JSON.parse(text('manifest/panel.json')) as Record<string, Chunk>
  }, 60_000)

  it('on every page of the shop: the launcher, at most 6 kB', () => {
    const bytes = weigh(['widget.js'])
    console.info(`launcher ${bytes} B gzip`)
    expect(bytes).toBeLessThanOrEqual(6_000)
  })

  it.each(['en', 'fa', 'ru'])('when the panel opens in %s: at most 45 kB more, fonts apart', (locale) => {
    const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry) ?? ''
    const words = filesOf(manifest, `widget/panel/words/${locale}.ts`)
    const font = locale === 'fa' ? filesOf(manifest, 'widget/panel/persian.ts') : []
    const bytes = weigh([...filesOf(manifest, entry), ...words, ...font])
    console.info(`panel in ${locale} ${bytes} B gzip`)
    expect(bytes).toBeLessThanOrEqual(45_000)
  })

  it('of the socket’s library only what carries text over WebSocket', () => {
    const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry) ?? ''
    for (const file of filesOf(manifest, entry))
      expect(foundIn(file, /FileReader|XMLHttpRequest|userInfo|ciphers/)).toBeNull()
  })

  it('what an import fetches before it is all there', () => {
    const names = Object.values(manifest).flatMap(({ file }) =>
      file.endsWith('.js')
        ? [...text(file).matchAll(/"\.\/([\w-]+\.(?:js|css))"/g)].map(([, name]) => `assets/panel/${name}`)
        : [],
    )
    expect(names).toContain(manifest['widget/panel/call-parts.ts']?.file)
    for (const name of names) expect(text(name)).not.toBe('')
  })

  it('the media code waits until a call is near', () => {
    const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry) ?? ''
    expect(filesOf(manifest, entry).some((file) => text(file).includes('RTCRtpSender'))).toBe(false)
    const near = weigh(filesOf(manifest, 'widget/panel/call-parts.ts'))
    console.info(`call UI ${near} B gzip`)
  })

  it('of the desk one file with the words of a language, and what its main file imports beside that, not after it', () => {
    const desk = JSON.parse(text('manifest/desk.json')) as Record<string, Chunk>
    const entry = desk['desk.html']
    // What has a file of its own stands in the manifest by its source.
    const alone = Object.keys(desk).flatMap((key) => /^i18n\/\w+\/(\w+)\.json$/.exec(key)?.[1] ?? [])
    expect(alone).toContain('admin')
    expect(sections.filter((section) => alone.includes(section))).toEqual([])
    const words = Object.keys(desk).filter((key) => key.startsWith('_words-'))
    expect(words.map((key) => key.slice(0, 9)).sort()).toEqual(['_words-en', '_words-fa', '_words-ru'])
    expect(entry?.imports).not.toEqual([])
    for (const one of entry?.imports ?? []) expect(text('desk.html')).toContain(desk[one]?.file)
  })

  it('what the desk asks first waits for no other file, and is small; its look comes in one, parts in few', () => {
    const desk = JSON.parse(text('manifest/desk.json')) as Record<string, Chunk>
    const opening = desk['desk/opening.ts']
    expect(opening?.imports ?? []).toEqual([])
    expect(text('desk.html')).toMatch(new RegExp(`<script type="module" async [^>]*src="/${opening?.file}"`))
    expect(weigh([opening?.file ?? ''])).toBeLessThanOrEqual(8_000)
    expect(text('desk.html').match(/rel="stylesheet"/g)).toHaveLength(1)
    const begun = new Set(['desk.html', ...(desk['desk.html']?.imports ?? [])])
    const further = (desk['replay/replay-page.tsx']?.imports ?? []).filter((one) => !begun.has(one))
    expect(further.length).toBeLessThanOrEqual(3)
  })

  it('the launcher is one classic script that evaluates nothing', () => {
    expect(foundIn('widget.js', /\bimport\b|\bexport\b|\beval\(|new Function|innerHTML/)).toBeNull()
  })

  it('the page of a package is one classic script, which runs from a disk and fetches nothing', () => {
    const foreign = /\bimport\s*[({"'*]|\bexport\s*[{*]|\beval\(|new Function|\bfetch\(|XMLHttpRequest/
    expect(foundIn('handout.js', foreign)).toBeNull()
    expect(foundIn('handout.css', /@import|url\(/)).toBeNull()
  })

  it('whoever opens a link to a part loads at most 20 kB before there is something to play', () => {
    const clip = JSON.parse(text('manifest/clip.json')) as Record<string, Chunk>
    const entry = Object.keys(clip).find((key) => clip[key]?.isEntry) ?? ''
    const bytes = weigh(filesOf(clip, entry))
    console.info(`a shared part's door ${bytes} B gzip`)
    expect(bytes).toBeLessThanOrEqual(20_000)
  })
})
