type IconProps = {
  /** A path of icons.ts. */
  of: string
  size?: number
  /** Turn round in right-to-left text: only for what means a direction of reading. */
  mirror?: boolean
  className?: string
}

/** A drawing beside words or inside a named control; never read aloud itself. */
export function Icon({ of, size = 20, mirror = false, className = '' }: IconProps) {
  return (
    <svg
      className={`icon ${mirror ? 'mirrored' : ''} ${className}`}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <path d={of} />
    </svg>
  )
}
