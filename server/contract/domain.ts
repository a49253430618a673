/** Whether a host is that domain or one of its subdomains. */
export const isWithin = (host: string, domain: string): boolean =>
  host === domain || host.endsWith(`.${domain}`)

/**
 * Whether an address is one that a pattern means. `*` stands for any text; a pattern that begins with `/` is of the path alone.
 * What follows `?` and `#` counts only where the pattern goes so far.
 */
export function pageMatches(pattern: string, address: string): boolean {
  try {
    const { origin, pathname, search, hash } = new URL(address)
    const path = pattern.startsWith('/') ? pathname : origin + pathname
    return [path, path + search, path + search + hash].some((text) => glob(pattern, text))
  } catch {
    return false
  }
}

function glob(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*')
  const last = others.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of others) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}
