// What each release of a data set changes in what is known: rows that are new or changed, rows that
// come back, and rows that it lacks although it covers their days. Pure.

/** A row of a release. */
export interface ReleaseRow {
  /** The same in all releases. */
  readonly key: string
  /** Equal for rows that state the same. */
  readonly content: string
  /** Its first and its last day, YYYY-MM-DD. */
  readonly fromDay: string
  readonly toDay: string
}

interface Standing extends ReleaseRow {
  /** Number of the last release that had it. */
  readonly release: number
}

export interface RowChange {
  /** False: the row stands as it is. */
  readonly isChange: boolean
  /**
   * How often it was dropped before. A withdrawal is final, so a row that comes back is another report.
   */
  readonly returns: number
}

export interface DroppedRow {
  readonly key: string
  readonly returns: number
}

export class ReleaseHistory {
  readonly #standing = new Map<string, Standing>()
  readonly #returns = new Map<string, number>()
  #release = 0
  #fromDay = '9999'
  #toDay = ''

  /** Adds a row of the current release. */
  add(row: ReleaseRow): RowChange {
    const before = this.#standing.get(row.key)
    this.#standing.set(row.key, { ...row, release: this.#release })
    if (row.fromDay < this.#fromDay) this.#fromDay = row.fromDay
    if (row.toDay > this.#toDay) this.#toDay = row.toDay
    return {
      isChange: before?.content !== row.content,
      returns: this.#returns.get(row.key) ?? 0
    }
  }

  /** Ends a release. Returns the rows of earlier ones that it lacks; they stand no longer. */
  end(): readonly DroppedRow[] {
    const [fromDay, toDay] = widenDays(this.#fromDay, this.#toDay)
    const dropped: DroppedRow[] = []
    for (const [key, row] of this.#standing) {
      if (row.release === this.#release || row.fromDay < fromDay || row.toDay > toDay) continue
      const returns = this.#returns.get(key) ?? 0
      dropped.push({ key, returns })
      this.#standing.delete(key)
      this.#returns.set(key, returns + 1)
    }
    this.#release += 1
    this.#fromDay = '9999'
    this.#toDay = ''
    return dropped
  }
}

/**
 * The days that a release covers: the whole months of its rows if they are of one year, as in candidate
 * events; else the whole years, as in a yearly release.
 */
function widenDays(fromDay: string, toDay: string): readonly [string, string] {
  const isOneYear = fromDay.slice(0, 4) === toDay.slice(0, 4)
  return isOneYear
    ? [`${fromDay.slice(0, 7)}-01`, `${toDay.slice(0, 7)}-31`]
    : [`${fromDay.slice(0, 4)}-01-01`, `${toDay.slice(0, 4)}-12-31`]
}
