/** What keys are called, whatever alphabet they write. */

/** Keys that write other letters in other alphabets, by their place on the board. */
const signs: Readonly<Record<string, string>> = {
  BracketLeft: '[',
  BracketRight: ']',
  Comma: ',',
  Period: '.',
  Slash: '/',
  Equal: '+',
  Minus: '-',
}

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'altKey' | 'shiftKey'>

/**
 * `Alt+N` by the key's place, so that it works with any layout; a single sign by what it writes, and where that is of
 * another alphabet, by its place too.
 */
export function keyName({ key, code, altKey, shiftKey }: Pressed): string {
  const place = code.replace(/^(Key|Digit)/, '')
  if (altKey) return `Alt+${place}`
  if (shiftKey && key.startsWith('Arrow')) return `Shift+${key}`
  if (key.length !== 1 || key <= '\x7f') return key
  if (key === '؟') return '?'
  return signs[code] ?? (code === place ? key : place.toLowerCase())
}
