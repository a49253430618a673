/** The value below which `share` (0…1) of the numbers lie; NaN of none. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.NaN
}

export const median = (numbers: readonly number[]): number => percentile(numbers, 0.5)

/** `median (min–max)`, with so many digits after the point. */
export function spread(numbers: readonly number[], digits = 1): string {
  if (numbers.length === 0) return '–'
  const show = (value: number) => value.toFixed(digits)
  return `${show(median(numbers))} (${show(Math.min(...numbers))}–${show(Math.max(...numbers))})`
}
