import type { ButtonHTMLAttributes, Ref } from 'react'
import { Icon } from './icon.tsx'
import { Spinner } from './spinner.tsx'

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type'>

type ButtonProps = Native & {
  /** `primary`: the one thing to do here. `danger`: destroys or ends. `quiet`: no border. */
  look?: 'primary' | 'plain' | 'danger' | 'quiet'
  icon?: string
  mirror?: boolean
  /** Under way: shown, and pressing again does nothing. */
  busy?: boolean
  submit?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function Button(props: ButtonProps) {
  const { look = 'plain', icon, mirror, busy = false, submit = false, className = '', ...native } = props
  const { children, onClick, ...rest } = native
  return (
    <button
      {...rest}
      type={submit ? 'submit' : 'button'}
      className={`button ${look} ${className}`}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy ? <Spinner size={16} /> : icon ? <Icon of={icon} size={18} mirror={mirror} /> : null}
      <span>{children}</span>
    </button>
  )
}

type IconButtonProps = Native & {
  icon: string
  /** The accessible name, and the tooltip. */
  label: string
  /** As written on keys, e.g. `Alt+N`. */
  shortcut?: string
  mirror?: boolean
  look?: 'quiet' | 'plain' | 'primary' | 'danger'
  submit?: boolean
  ref?: Ref<HTMLButtonElement>
}

/** A button that is only a drawing: named, with a tooltip that also tells the key. */
export function IconButton(props: IconButtonProps) {
  const { icon, label, shortcut, mirror, look = 'quiet', submit = false, className = '', ...rest } = props
  return (
    <button
      {...rest}
      type={submit ? 'submit' : 'button'}
      className={`icon-button ${look} ${className}`}
      aria-label={label}
      title={shortcut ? `${label} (${shortcut})` : label}
    >
      <Icon of={icon} mirror={mirror} />
    </button>
  )
}
