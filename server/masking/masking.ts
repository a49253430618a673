/** What stands in place of a character that is masked. */
export const MASKED = '•'
