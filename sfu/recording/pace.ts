const SLICE_MS = 4

/**
 * Work beside live calls: `await pace()` in a loop gives the event loop back after every few milliseconds, and as
 * much time again after them.
 */
export function createPace(): () => Promise<void> | undefined {
  let begun = performance.now()
  return () => {
    if (performance.now() - begun < SLICE_MS) return undefined
    return new Promise((resolve) => {
      setTimeout(() => {
        begun = performance.now()
        resolve()
      }, SLICE_MS)
    })
  }
}
