const LONGEST = 150
/** In UTF-8. Disks take 255 for a name, and packages put an id before it: a Persian one has two bytes a letter. */
const MOST_BYTES = 200

/**
 * A name that is safe to show and to save under: no path, no controls, nothing that turns the direction of writing
 * (`photo\u202Egnp.exe` would read as a picture), not hidden, not endless. Never empty. Joiners stay: Persian needs them.
 */
export function safeFileName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? ''
  const clean = last
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
  return shorten(clean) || 'file'
}

/** Cuts the middle away and keeps the extension, by whole characters. */
function shorten(name: string): string {
  const letters = [...name]
  const fits = (all: readonly string[]) =>
    all.length <= LONGEST && Buffer.byteLength(all.join('')) <= MOST_BYTES
  if (fits(letters)) return name
  const dot = letters.lastIndexOf('.')
  const extension = dot > 0 && letters.length - dot <= 12 ? letters.splice(dot) : []
  while (!fits([...letters, ...extension])) letters.pop()
  return [...letters, ...extension].join('')
}

/** RFC 6266: a plain name for old clients, the true one for the rest. */
export function contentDisposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["%\\]/g, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
