import { type ReactNode, useId } from 'react'
import type { Key } from '../../../i18n/keys.ts'
import { useI18n } from '../../../i18n/use-i18n.ts'
import { type Fault, useFault, useFaultWithin } from '../faults.ts'

type Named = {
  label: string
  hint?: Key | undefined
  path: string
  say?: (limit: number) => string
}

/** What ties a control to its words. */
export type Tie = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }

type Told = Tie & { fault: Fault | undefined; about: string }

function useTie({ hint }: Pick<Named, 'hint'>, fault: Fault | undefined): Told {
  const id = useId()
  const about = `${id}-about`
  return {
    ...{ id, fault, about },
    'aria-describedby': fault || hint ? about : undefined,
    'aria-invalid': fault ? true : undefined,
  }
}

type AboutProps = {
  id: string
  fault: Fault | undefined
  hint: Key | undefined
  say: (limit: number) => string
}

function About({ id, fault, hint, say }: AboutProps) {
  const { t } = useI18n()
  if (!fault && !hint) return null
  return (
    <span id={id} className="about">
      {fault ? (
        <small className="fault">
          {t(fault.words, fault.limit === undefined ? {} : { limit: say(fault.limit) })}
        </small>
      ) : null}
      {hint ? <small className="quiet">{t(hint)}</small> : null}
    </span>
  )
}

/** One control under its name, with what is wrong and what helps. `say`: a limit in people's words. */
export function Labelled({ children, ...named }: Named & { children: (tie: Tie) => ReactNode }) {
  const { n } = useI18n()
  const { fault, about, ...tie } = useTie(named, useFaultWithin(named.path))
  return (
    <div className="labelled">
      <label htmlFor={tie.id}>{named.label}</label>
      {children(tie)}
      <About id={about} fault={fault} hint={named.hint} say={named.say ?? n} />
    </div>
  )
}

/** Several controls under one name. */
export function Grouped({
  children,
  folded = false,
  ...named
}: Named & { folded?: boolean; children: ReactNode }) {
  const { n } = useI18n()
  const { fault, about, ...tie } = useTie(named, useFault(named.path))
  const words = <About id={about} fault={fault} hint={named.hint} say={named.say ?? n} />
  if (folded) {
    return (
      <details className="form-group">
        <summary>{named.label}</summary>
        {words}
        {children}
      </details>
    )
  }
  return (
    <fieldset className="form-group" aria-describedby={tie['aria-describedby']}>
      <legend>{named.label}</legend>
      {words}
      {children}
    </fieldset>
  )
}
