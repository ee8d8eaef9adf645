// Suggestions for a name that is not known.

/** Suggests the nearest known name; if none is near, lists them all, or answers with `nothing`. */
export function suggestName(
  name: string,
  known: readonly string[],
  otherwise: 'all' | 'nothing' = 'all'
): string {
  const [nearest] = known
    .map(one => ({ one, distance: computeEditDistance(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, distance }) => distance <= Math.min(2, Math.floor(one.length / 2)))
    .sort((a, b) => a.distance - b.distance)
  if (nearest !== undefined) return `; is ${nearest.one} meant?`
  if (otherwise === 'nothing') return ''
  return known.length === 0 ? '; it has none' : `; there are ${known.join(', ')}`
}

/** Number of letters left out, inserted, changed, or swapped with a neighbour. */
function computeEditDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 4) return Number.POSITIVE_INFINITY
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const read = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(
        Math.min(
          read(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
          read(i - 1, j) + 1,
          read(i, j - 1) + 1,
          isSwapped ? read(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY
        )
      )
    }
  }
  return read(a.length, b.length)
}
