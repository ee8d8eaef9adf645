// Suggestions for misspelt names. Pure.

/** ` (is … meant?)` for the nearest known name if it is near enough to be a typo; otherwise ''. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = known
    .map(candidate => ({ candidate, distance: editDistance(name, candidate) }))
    .toSorted((a, b) => a.distance - b.distance)[0]
  const slips = Math.max(2, Math.floor(name.length / 4))
  return near && near.distance <= slips ? ` (is ${near.candidate} meant?)` : ''
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      next[j] = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + cost)
    }
    row = next
  }
  return row[b.length] ?? 0
}
