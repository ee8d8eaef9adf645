// Where the keys lead in the list. Pure.

/**
 * The place of the row after the one of this alert, or before it; -1 in an empty list. `lastAt`:
 * where it stood when it was last listed, since an alert that somebody closes leaves the list while
 * it is open; null: it never was.
 */
export function nextPlace(
  rows: readonly { readonly alert: { readonly alertId: string } }[],
  id: string | undefined,
  by: 1 | -1,
  lastAt: number | null
): number {
  const at = rows.findIndex(({ alert }) => alert.alertId === id)
  // The row that has taken its place comes after it.
  const before = lastAt === null ? -1 : lastAt - (by === 1 ? 1 : 0)
  return Math.min(rows.length - 1, Math.max(0, (at < 0 ? before : at) + by))
}
