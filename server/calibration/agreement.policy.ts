/** How far raters agree: in percent, and beyond what chance would give. Pure. */

/** The share of items that both gave the same; null: there is no item. */
export function percentAgreement(one: readonly string[], other: readonly string[]): number | null {
  if (one.length === 0) return null
  return one.filter((value, at) => value === other[at]).length / one.length
}

function shares(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1 / values.length)
  return counts
}

/** Where chance alone would always agree, agreement says nothing: null. */
const beyond = (observed: number, chance: number): number | null =>
  1 - chance < 1e-12 ? null : (observed - chance) / (1 - chance)

/**
 * Two raters, the same items in the same order, nominal categories. Cohen, J. (1960). A coefficient of agreement for nominal
 * scales. Educational and Psychological Measurement 20(1), 37–46; its table 1 is the worked example in the test (κ = .492).
 */
export function cohensKappa(one: readonly string[], other: readonly string[]): number | null {
  const observed = percentAgreement(one, other)
  if (observed === null) return null
  const [first, second] = [shares(one), shares(other)]
  let chance = 0
  for (const [value, share] of first) chance += share * (second.get(value) ?? 0)
  return beyond(observed, chance)
}

/**
 * Any number of raters; each item is the list of what its raters gave, in any order. Fleiss, J. L. (1971). Measuring nominal
 * scale agreement among many raters. Psychological Bulletin 76(5), 378–382; its table 1 is the worked example in the test (κ = .430).
 * Items with fewer than two ratings say nothing and are left out; where items have different numbers of ratings, each
 * item's agreement is of its own.
 */
export function fleissKappa(items: readonly (readonly string[])[]): number | null {
  const rated = items.filter((ratings) => ratings.length >= 2)
  if (rated.length === 0) return null
  const agreed = rated.map((ratings) => {
    let pairs = 0
    for (const share of shares(ratings).values()) {
      const count = share * ratings.length
      pairs += count * (count - 1)
    }
    return pairs / (ratings.length * (ratings.length - 1))
  })
  const observed = agreed.reduce((sum, value) => sum + value, 0) / rated.length
  let chance = 0
  for (const share of shares(rated.flat()).values()) chance += share ** 2
  return beyond(observed, chance)
}
