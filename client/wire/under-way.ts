/**
 * Requests of one kind that must not be made twice at a time: a second click gets what the first one asked for. What has been
 * answered may be asked again.
 */
export function underWay<T>(): (id: string, ask: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>()
  return (id, ask) => {
    const asked = running.get(id) ?? ask().finally(() => running.delete(id))
    running.set(id, asked)
    return asked
  }
}
