/** Lines are kept in blocks of time, so that the newest of a common word are found without meeting all the others. */

/** It begins at `from`, ms, and ends where the next begins; `until` is its latest line. */
export type Block = { no: number; from: number; until: number; lines: number }

/** Few enough that a common word of one block is read at once, many enough that a rare one needs few blocks. */
export const BLOCK_LINES = 100_000

/** The block of each line, in the order of `lines`; new ones are opened where the newest is full. `lines`: oldest first. */
export function placeIn(
  blocks: readonly Block[],
  lines: readonly { at: number }[],
  most = BLOCK_LINES,
): { of: number[]; changed: Block[] } {
  const all = blocks.map((block) => ({ ...block }))
  const changed = new Set<Block>()
  const of = lines.map(({ at }) => {
    let block = all.findLast(({ from }) => from <= at) ?? all[0]
    const newest = block === all.at(-1)
    // Only after all that it holds: blocks do not overlap.
    const opens = !block || (newest && block.lines >= most && at > block.until)
    if (!block || opens) {
      // The first one begins before everything.
      block = { no: (all.at(-1)?.no ?? 0) + 1, from: all.length === 0 ? 0 : at, until: at, lines: 0 }
      all.push(block)
    }
    block.lines += 1
    block.until = Math.max(block.until, at)
    changed.add(block)
    return block.no
  })
  return { of, changed: [...changed] }
}

/** Those that may hold lines from `from` on and before `before`, newest first. */
export function blocksBetween(blocks: readonly Block[], from: number, before: number): Block[] {
  return blocks.filter((block) => block.from < before && block.until >= from).reverse()
}
