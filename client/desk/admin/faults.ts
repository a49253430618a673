/** What is wrong in a form, by the place in the body; found here before sending, or told by the server. */
import { createContext, useContext } from 'react'
import type * as z from 'zod/mini'
import { configurationBodies } from '../../../server/contract/configuration.ts'
import type { FailureDetail } from '../../../server/contract/errors.ts'
import { PersonBody } from '../../../server/contract/http.ts'
import type { Key } from '../../i18n/keys.ts'
import type { Source } from './fields.ts'
import type { Body } from './merge.ts'

/** `limit`: in the unit of the body. */
export type Fault = { words: Key; limit?: number }
export type Faults = ReadonlyMap<string, Fault>

export const FaultContext = createContext<Faults>(new Map())
export const useFault = (path: string): Fault | undefined => useContext(FaultContext).get(path)

/** Also of what lies inside, for a control that shows it as one. */
export function useFaultWithin(path: string): Fault | undefined {
  const faults = useContext(FaultContext)
  const inside = [...faults].find(([place]) => place === path || place.startsWith(`${path}.`))
  return inside?.[1]
}

type Issue = z.core.$ZodIssue

/** What the contract says in English of its own rules. */
const ruleWords: readonly [RegExp, Key][] = [
  [/ends after it begins/, 'admin.faultOrder'],
  [/do not overlap/, 'admin.faultOverlap'],
  [/shop\.example/, 'admin.faultOrigin'],
  [/origins must lie in it/, 'admin.faultCookieDomain'],
  [/one language at least/, 'admin.faultTranslation'],
  [/e-mail address or a telephone/, 'admin.faultAddress'],
  [/highest grade is above/, 'judge.faultGrades'],
  [/two options at least/, 'judge.faultOptions'],
]

function faultOf(issue: Issue): Fault {
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    const limit = Number(issue.code === 'too_small' ? issue.minimum : issue.maximum)
    const counts = issue.origin === 'number' || issue.origin === 'int'
    if (issue.code === 'too_small')
      return counts ? { words: 'admin.atLeast', limit } : { words: 'admin.needed' }
    return counts ? { words: 'admin.atMost', limit } : { words: 'admin.tooMuch', limit }
  }
  if (issue.code === 'custom') {
    const rule = ruleWords.find(([pattern]) => pattern.test(issue.message))
    return { words: rule?.[1] ?? 'admin.wrong' }
  }
  // An empty choice, an empty number.
  return {
    words: issue.code === 'invalid_type' || issue.code === 'invalid_format' ? 'admin.needed' : 'admin.wrong',
  }
}

/** What the contract has against the body; nothing: it may be sent. */
export function check(source: Source, body: Body): Faults {
  const schema = source === 'person' ? PersonBody : configurationBodies[source]
  const parsed = schema.safeParse(body)
  if (parsed.success) return new Map()
  const found = new Map<string, Fault>()
  for (const issue of parsed.error.issues as Issue[]) {
    const path = issue.path.join('.')
    if (!found.has(path)) found.set(path, faultOf(issue))
  }
  return found
}

export const reasonWords: Record<FailureDetail['reason'], Key> = {
  invalid: 'admin.wrong',
  version: 'admin.wrong',
  taken: 'admin.faultTaken',
  missing: 'admin.faultMissing',
  inUse: 'admin.faultInUse',
  cycle: 'admin.faultCycle',
  lastAdmin: 'admin.faultLastAdmin',
  oneself: 'admin.faultOneself',
  approval: 'admin.wrong',
  full: 'admin.wrong',
  closed: 'admin.wrong',
  unstaffed: 'admin.wrong',
  nobody: 'admin.wrong',
  spoke: 'admin.wrong',
}

/** What the server says, where it names a place. */
export function told(detail: FailureDetail | undefined): Faults | null {
  if (detail?.field === undefined) return null
  // Bodies travel inside an envelope where they have no door of their own.
  return new Map([[detail.field.replace(/^body\./, ''), { words: reasonWords[detail.reason] }]])
}
