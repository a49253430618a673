import { createHash } from 'node:crypto'

/**
 * By which the shop's pages name their site; public, and no guess leads to another's. It follows the site's id, so that a site
 * that is removed by mistake, or moved to another installation, is found by the pages that it had.
 */
export const siteKeyOf = (id: string): string =>
  createHash('sha256').update(`site key ${id}`).digest('base64url').slice(0, 16)
