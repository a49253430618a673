import type { Request } from 'express'
import { AppError } from '../contract/errors.ts'
import { Id } from '../contract/words.ts'

type Schema<T> = {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { issues: Issue[] } }
}
type Issue = { path: PropertyKey[] }

/** The value as the schema has it. Throws `badInput` that names the first wrong field, never its value. */
export function parseInput<T>(schema: Schema<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path.join('.').slice(0, 100)
  if (!field) throw new AppError('badInput', 'The input is wrong')
  throw new AppError('badInput', `${field} is missing or wrong`, { detail: { reason: 'invalid', field } })
}

/** An id in the path. Throws `notFound` for what is no id: it is not there either. */
export function idOf(req: Request, name = 'id'): string {
  const parsed = Id.safeParse(req.params[name])
  if (!parsed.success) throw new AppError('notFound', 'Not found')
  return parsed.data
}

/** The token of `Authorization: Bearer …`, or an empty text, which no verification accepts. */
export const bearerOf = (req: Request): string =>
  /^Bearer (\S+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? ''

/** One cookie's value, undecoded: ours hold only base64url and dots. */
export function cookieOf(req: Request, name: string): string {
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2)
    if (key === name && value) return value
  }
  return ''
}
