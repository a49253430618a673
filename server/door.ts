/** Lets in a few at a time: after a start all come at once, and must neither keep the database from whoever is in nor give up. */

export type Door = <T>(first: boolean, work: () => Promise<T>) => Promise<T>

/**
 * Answers a function that does `work` once fewer than `most` others do. Who waits holds no connection to the database, and so runs
 * into none of its deadlines. `first`: before all who are not, in the order of coming.
 */
export function createDoor(most: number): Door {
  const lines: { first: (() => void)[]; others: (() => void)[] } = { first: [], others: [] }
  let inside = 0
  return async (first, work) => {
    if (inside < most) inside += 1
    else await new Promise<void>((enter) => (first ? lines.first : lines.others).push(enter))
    try {
      return await work()
    } finally {
      // Their place is the next one's.
      const next = lines.first.shift() ?? lines.others.shift()
      if (next) next()
      else inside -= 1
    }
  }
}
