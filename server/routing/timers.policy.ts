/** Values in order of their instants; of one instant, in the order in which they were put in. */
export type Timers<T> = {
  push(at: number, value: T): void
  first(): { at: number; value: T } | null
  /** Takes the first out. */
  pop(): void
}

type Timer<T> = { at: number; order: number; value: T }

export function createTimers<T>(): Timers<T> {
  const heap: Timer<T>[] = []
  let count = 0
  return {
    push(at, value) {
      rise(heap, { at, order: count++, value })
    },
    first: () => heap[0] ?? null,
    pop() {
      const last = heap.pop()
      if (last !== undefined && heap.length > 0) sink(heap, last)
    },
  }
}

const before = (a: Timer<unknown>, b: Timer<unknown>): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order)

/** Puts a timer at the end and lets it rise to its place. */
function rise<T>(heap: Timer<T>[], timer: Timer<T>): void {
  let index = heap.length
  heap.push(timer)
  while (index > 0) {
    const above = (index - 1) >> 1
    const parent = heap[above]
    if (parent === undefined || !before(timer, parent)) break
    heap[index] = parent
    index = above
  }
  heap[index] = timer
}

/** Puts a timer at the top and lets it sink to its place. */
function sink<T>(heap: Timer<T>[], timer: Timer<T>): void {
  let index = 0
  for (;;) {
    let below = 2 * index + 1
    let child = heap[below]
    const other = heap[below + 1]
    if (child === undefined) break
    if (other !== undefined && before(other, child)) {
      child = other
      below += 1
    }
    if (!before(child, timer)) break
    heap[index] = child
    index = below
  }
  heap[index] = timer
}
