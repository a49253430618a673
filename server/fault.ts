/** The `code` that Node's and PostgreSQL's errors bear, or an empty text. */
export const faultCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
