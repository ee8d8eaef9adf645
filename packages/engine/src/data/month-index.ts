// Rows by the month in which they end, so that an eviction reads only what is old enough.

const monthBits = 5

export class MonthIndex {
  readonly #rowsByMonth = new Map<number, number[]>()

  add(row: number, endDay: number): void {
    const month = endDay >> monthBits
    const rows = this.#rowsByMonth.get(month)
    if (rows === undefined) this.#rowsByMonth.set(month, [row])
    else rows.push(row)
  }

  /**
   * Removes the months before a day, and returns their rows in order. A row with another end than
   * when it was added is in the month of that end too.
   */
  takeBefore(day: number, getEndDay: (row: number) => number): number[] {
    const taken = new Set<number>()
    for (const [month, rows] of this.#rowsByMonth) {
      if ((month + 1) << monthBits > day) continue
      this.#rowsByMonth.delete(month)
      for (const row of rows) if (getEndDay(row) >> monthBits === month) taken.add(row)
    }
    return [...taken].sort((a, b) => a - b)
  }
}

/** The last day on which a month of the index begins, up to a day. */
export function roundDownToMonth(day: number): number {
  return (day >> monthBits) << monthBits
}
