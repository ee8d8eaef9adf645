// The place of a row in the order of the fold. Many may have one moment: those that wait out of
// place within theirs, until it is put in order, are told apart here.

import { compareText, type Incident } from '../../incident/incident.ts'
import type { Span } from '../../space-time/event-time.ts'

/** A place in the order of the fold. */
export interface FoldPlace extends Span {
  readonly incident: Pick<Incident, 'id'>
  /** Of those that wait out of place within their moment, which; 0 for the others. */
  readonly late: number
  /**
   * Of those that are no longer among the rows, which; 0 for the others. They stay before all rows.
   */
  readonly passed: number
}

/** Order of the fold. */
export function compareRows(a: FoldPlace, b: FoldPlace): number {
  if (a.passed !== b.passed) return a.passed === 0 ? 1 : b.passed === 0 ? -1 : a.passed - b.passed
  return (
    a.fromMs - b.fromMs ||
    a.toMs - b.toMs ||
    a.late - b.late ||
    compareText(a.incident.id, b.incident.id)
  )
}

type Late = FoldPlace & { late: number }

/**
 * Gives rows that were put into a list their place: those out of place within their moment come
 * after the others.
 */
export class LateRows<T extends Late> {
  readonly #rows = new Set<T>()
  #last = 0

  /**
   * `at`: the index of its incident. `rowOf`: gives the rows of others; undefined for those that do
   * not count. `from`: none up to there has a row. Gives the index of the next with a row in its
   * moment, or of the end of that: where many are placed one after another, each begins there, and
   * does not pass those that wait.
   */
  place(
    row: T,
    incidents: readonly Incident[],
    at: number,
    rowOf: (incident: Incident) => T | undefined,
    from = at + 1
  ): number {
    const [before] = besides(row, incidents, at - 1, -1, rowOf)
    const [after, next] = besides(row, incidents, from, 1, rowOf)
    row.late = before?.late ?? 0
    const isInPlace =
      (before === undefined || compareRows(before, row) < 0) &&
      (after === undefined || compareRows(row, after) < 0)
    if (isInPlace && (after !== undefined || row.late === 0)) {
      if (row.late > 0) this.#rows.add(row)
      return next
    }
    // All that follow in its moment come after it.
    this.#put(row)
    for (let i = next; i < incidents.length && isTogether(row, incidents[i] as Incident); i++) {
      const other = rowOf(incidents[i] as Incident)
      if (other !== undefined) this.#put(other)
    }
    return next
  }

  /**
   * As `place`, for a row at the end of the list. `before`: the last of the others; null if there
   * is none.
   */
  append(row: T, before: T | null): void {
    if (before === null || !isTogether(row, before)) return
    row.late = before.late
    if (row.late > 0 || compareRows(before, row) > 0) this.#put(row)
  }

  /** Those out of place; none is any more. */
  takeAll(): T[] {
    const rows = [...this.#rows]
    this.#rows.clear()
    return rows
  }

  /** It is no longer among the rows. */
  forget(row: T): void {
    if (row.late > 0) this.#rows.delete(row)
  }

  #put(row: T): void {
    this.#last += 1
    row.late = this.#last
    this.#rows.add(row)
  }
}

/**
 * The nearest row of its moment from an index on, and its index; without one, the index at which
 * the moment is over.
 */
function besides<T extends Late>(
  row: T,
  incidents: readonly Incident[],
  from: number,
  by: 1 | -1,
  rowOf: (incident: Incident) => T | undefined
): readonly [T | undefined, number] {
  let i = from
  for (; i >= 0 && i < incidents.length && isTogether(row, incidents[i] as Incident); i += by) {
    const other = rowOf(incidents[i] as Incident)
    if (other !== undefined) return [other, i]
  }
  return [undefined, i]
}

function isTogether(row: Span, { fromMs, toMs }: Span): boolean {
  return row.fromMs === fromMs && row.toMs === toMs
}
