/** What the list of conversations is narrowed to. Days as the date field gives them, `2026-03-21`, in the reader's zone. */
export type Filter = { from: string; to: string; agent: string; medium: string }

export const emptyFilter: Filter = { from: '', to: '', agent: '', medium: '' }

/** Midnight at the beginning of a day, `later` days on, ms since 1970; null for no day. */
function midnight(day: string, later: number): number | null {
  const match = /^(\d{4,6})-(\d\d)-(\d\d)$/.exec(day)
  if (!match) return null
  return new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + later).getTime()
}

/** The query of the list's address; `before` from the page before. The day `to` counts as a whole. */
export function queryOf(filter: Filter, before: string | null): URLSearchParams {
  const query = new URLSearchParams()
  const put = (name: string, value: string | number | null) => {
    if (value !== null && value !== '') query.set(name, String(value))
  }
  put('before', before)
  put('from', midnight(filter.from, 0))
  put('to', midnight(filter.to, 1))
  put('agent', filter.agent)
  put('medium', filter.medium)
  return query
}
