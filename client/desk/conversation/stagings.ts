/** Places where files wait for the next message, by conversation: there again whatever one looks at meanwhile. */
import { createStaging, type Staging, type Upload } from '../../model/staging.ts'
import { browserStore } from '../../wire/storage.ts'

export type Stagings = { of(scope: string): Staging }

/** `upload` rejects on any failure. */
export function createStagings(upload: Upload): Stagings {
  const store = browserStore(() => sessionStorage)
  const places = new Map<string, Staging>()
  return {
    of(scope) {
      const place = places.get(scope) ?? createStaging(store, scope, upload)
      places.set(scope, place)
      return place
    },
  }
}
