// Heights of rows that were measured, by key. The virtualiser stores them for the lifetime of the
// list, including rows that have left: a page that is open for days would have the key of every row
// that it ever showed. Pure.

/**
 * So many may be measured before those of rows that have left are dropped: to find them all rows
 * are looked through.
 */
export const newHeightsMax = 500

export class MeasuredHeights {
  /** How many were left when they were last looked through. */
  #left = 0

  /**
   * Called with what is measured whenever rows are drawn. It stores no more than the rows and
   * `newHeightsMax` then.
   */
  dropGone<Row>(
    heights: Map<unknown, number>,
    rows: readonly Row[],
    keyOf: (row: Row) => unknown
  ): void {
    if (heights.size - this.#left <= newHeightsMax) return
    const standing = new Set(rows.map(keyOf))
    for (const key of heights.keys()) if (!standing.has(key)) heights.delete(key)
    this.#left = heights.size
  }
}
