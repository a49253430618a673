type How<T> = {
  everyMs: number
  /** Whether there is more to come than this. */
  goesOn(found: T): boolean
  told(found: T): void
  /** It is tried again. */
  failed(): void
}

/** Asks now, and again as long as there is more to come or no answer came. Returns the way to stop; nothing is told after that. */
export function keepAsking<T>(ask: () => Promise<T>, { everyMs, goesOn, told, failed }: How<T>): () => void {
  let latest = true
  let timer: ReturnType<typeof setTimeout> | undefined
  const again = () => {
    timer = setTimeout(look, everyMs)
  }
  const look = () =>
    void ask().then(
      (found) => {
        if (!latest) return
        told(found)
        if (goesOn(found)) again()
      },
      () => {
        if (!latest) return
        failed()
        again()
      },
    )
  look()
  return () => {
    latest = false
    clearTimeout(timer)
  }
}
