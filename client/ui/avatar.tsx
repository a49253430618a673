import { Icon } from './icon.tsx'
import { userIcon } from './icons.ts'

type AvatarProps = { name: string | null; side: 'visitor' | 'agent'; size?: number; online?: boolean }

/** Marks that keep a name from turning the line around it; none of them is a letter. */
const DIRECTIONS = /\p{Bidi_Control}/gu

/** The first letters of at most two words, in any script; none of what has a number in it, which is nobody's name. */
export function initials(name: string): string {
  if (/\p{Nd}/u.test(name)) return ''
  const words = name.replace(DIRECTIONS, '').trim().split(/\s+/u).filter(Boolean)
  const first = words[0] ?? ''
  const last = words.length > 1 ? (words.at(-1) ?? '') : ''
  return [first, last]
    .map((word) => [...word][0] ?? '')
    .join('')
    .toLocaleUpperCase()
}

/** Decorative: the name stands beside it. */
export function Avatar({ name, side, size = 32, online }: AvatarProps) {
  const style = { width: size, height: size, fontSize: Math.max(12, Math.round(size * 0.38)) }
  return (
    <span className={`avatar ${side}`} style={style} aria-hidden="true">
      {initials(name ?? '') || <Icon of={userIcon} size={Math.round(size * 0.56)} />}
      {online === undefined ? null : <span className={`presence ${online ? 'on' : 'off'}`} />}
    </span>
  )
}
