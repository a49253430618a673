/** Memory that outlives the page where the browser allows it, and else the page's own. Never throws. */
export type Store = {
  get(key: string): string | null
  set(key: string, value: string): void
  remove(key: string): void
  keys(prefix: string): string[]
}

export function memoryStore(): Store {
  const map = new Map<string, string>()
  return {
    get: (key) => map.get(key) ?? null,
    set: (key, value) => void map.set(key, value),
    remove: (key) => void map.delete(key),
    keys: (prefix) => [...map.keys()].filter((key) => key.startsWith(prefix)),
  }
}

/** Browsers that block third-party storage throw on mere access; a full one throws on writing. */
export function browserStore(pick: () => Storage = () => localStorage): Store {
  const spare = memoryStore()
  let storage: Storage
  try {
    storage = pick()
    storage.getItem('parley')
  } catch {
    return spare
  }
  return {
    get: (key) => spare.get(key) ?? storage.getItem(key),
    set: (key, value) => {
      try {
        storage.setItem(key, value)
        spare.remove(key)
      } catch {
        spare.set(key, value)
      }
    },
    remove: (key) => {
      spare.remove(key)
      storage.removeItem(key)
    },
    keys: (prefix) => {
      const all = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '')
      return [...new Set([...all, ...spare.keys(prefix)])].filter((key) => key.startsWith(prefix))
    },
  }
}
