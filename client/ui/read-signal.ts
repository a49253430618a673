const READ_MS = 1_000

/** Told that something has changed, reports what is in view if it still is a second later without another change. */
export function createReadSignal(inView: () => boolean, report: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = (): void => clearTimeout(timer)
  return {
    changed(): void {
      stop()
      timer = setTimeout(() => inView() && report(), READ_MS)
    },
    stop,
  }
}
