// Many attacks may have one moment. Those that wait out of place within theirs, until it is put in order, are told apart here.

import type { Incident } from '../../incident/incident.ts'
import { compareRows, type FrontRow } from './members.ts'

/** Gives rows that were put into a list their place: those out of place within their moment come after the others. */
export class LateRows {
  readonly #rows = new Set<FrontRow>()
  #last = 0

  /** `at`: the index of its incident. `rowOf`: gives the rows of others; undefined for those that do not count. */
  place(row: FrontRow, incidents: readonly Incident[], at: number, rowOf: (incident: Incident) => FrontRow | undefined): void {
    const [before, after] = [besides(row, incidents, at, -1, rowOf), besides(row, incidents, at, 1, rowOf)]
    row.late = before?.late ?? 0
    const isInPlace =
      (before === undefined || compareRows(before, row) < 0) && (after === undefined || compareRows(row, after) < 0)
    if (isInPlace && (after !== undefined || row.late === 0)) {
      if (row.late > 0) this.#rows.add(row)
      return
    }
    // All that follow in its moment come after it.
    this.#put(row)
    for (let i = at + 1; i < incidents.length && isTogether(row, incidents[i] as Incident); i++) {
      const other = rowOf(incidents[i] as Incident)
      if (other !== undefined) this.#put(other)
    }
  }

  /** Those out of place; none is any more. */
  takeAll(): FrontRow[] {
    const rows = [...this.#rows]
    this.#rows.clear()
    return rows
  }

  /** It is no longer among the rows. */
  forget(row: FrontRow): void {
    if (row.late > 0) this.#rows.delete(row)
  }

  #put(row: FrontRow): void {
    this.#last += 1
    row.late = this.#last
    this.#rows.add(row)
  }
}

function besides(
  row: FrontRow,
  incidents: readonly Incident[],
  at: number,
  by: 1 | -1,
  rowOf: (incident: Incident) => FrontRow | undefined
): FrontRow | undefined {
  for (let i = at + by; i >= 0 && i < incidents.length && isTogether(row, incidents[i] as Incident); i += by) {
    const other = rowOf(incidents[i] as Incident)
    if (other !== undefined) return other
  }
  return undefined
}

function isTogether(row: FrontRow, { fromMs, toMs }: Incident): boolean {
  return row.fromMs === fromMs && row.toMs === toMs
}
