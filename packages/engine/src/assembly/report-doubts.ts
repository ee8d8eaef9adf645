// Reports that may describe the same incident although they do not join: an attack dated to an
// interval, and attacks of the same place within those days. A date is compared only with
// intervals, so a new report of one day costs no more than the intervals around it.

import type { Incidents } from '../data/incidents.ts'
import { compareFirstReported } from '../data/report-order.ts'
import type { Reports } from '../data/reports.ts'
import { convertToDay } from '../data/time.ts'
import { flag } from '../data/vocabulary.ts'
import { type Candidates, maxDateDays } from './candidates.ts'
import { areDaysDoubtful, canBeDoubtful, mayBeOne } from './pair-score.ts'

/** A report that may be one with more than this describes the period as a whole. */
const maxDoubts = 50

export class ReportDoubts {
  /** Reports with doubts that may have changed. */
  readonly changed = new Set<number>()
  readonly #reports: Reports
  readonly #candidates: Candidates
  readonly #max: number
  /** By report: the others; both ways. */
  readonly #others = new Map<number, number[]>()

  constructor(reports: Reports, candidates: Candidates, max = maxDoubts) {
    this.#max = max
    this.#reports = reports
    this.#candidates = candidates
  }

  add(row: number): void {
    const reports = this.#reports
    if (!canBeDoubtful(reports, row)) return
    const meet = (other: number) => {
      if (!mayBeOne(reports, row, other)) return
      this.#link(row, other)
      this.#link(other, row)
    }
    const { fromMs, toMs } = reports.columns
    const isInterval = convertToDay(toMs[row]!) - convertToDay(fromMs[row]!) >= maxDateDays
    this.#candidates.visitAround(row, meet, isInterval)
  }

  remove(row: number): void {
    const others = this.#others.get(row)
    if (others === undefined) return
    this.#others.delete(row)
    for (const other of others) this.#unlink(other, row)
  }

  /** The incident of a report changed: its doubts, and those about it, may change. */
  markAround(row: number): void {
    const others = this.#others.get(row)
    if (others === undefined) return
    this.changed.add(row)
    for (const other of others) this.changed.add(other)
  }

  /** The reports that may describe the same incident as a report. */
  list(row: number): readonly number[] {
    const others = this.#others.get(row)
    if (others === undefined || others.length > this.#max) return noRows
    return others.filter(other => this.#others.get(other)!.length <= this.#max)
  }

  #link(row: number, other: number): void {
    const others = this.#others.get(row)
    if (others === undefined) this.#others.set(row, [other])
    else others.push(other)
    this.#markChanged(row, this.#max + 1)
  }

  #unlink(row: number, other: number): void {
    const others = this.#others.get(row)!
    others.splice(others.indexOf(other), 1)
    if (others.length === 0) this.#others.delete(row)
    this.#markChanged(row, this.#max)
  }

  /** At `limit` it has just passed the maximum: the others lose a doubt, or gain one. */
  #markChanged(row: number, limit: number): void {
    this.changed.add(row)
    const others = this.#others.get(row)
    if (others?.length === limit) for (const other of others) this.changed.add(other)
  }
}

const noRows: readonly number[] = []

/** The incidents that one may be and gives way to, by their rows, in order of id. */
export function listMayBe(
  incidents: Incidents,
  incident: number,
  doubted: ReadonlySet<number>
): readonly number[] {
  const { ids } = incidents.reports
  const { fromDay, toDay } = incidents.columns
  const found = [...doubted].filter(
    other =>
      areDaysDoubtful(fromDay[incident]!, toDay[incident]!, fromDay[other]!, toDay[other]!) &&
      givesWay(incidents, incident, other)
  )
  return found.sort((a, b) => (ids[a]! < ids[b]! ? -1 : 1))
}

/**
 * An incident that may trigger never gives way to one that may not. Of equals the one of unknown
 * grade gives way, then the longer interval, then the later report.
 */
function givesWay(incidents: Incidents, incident: number, other: number): boolean {
  const { flags, fromDay, toDay } = incidents.columns
  const has = (row: number, bit: number) => Number((flags[row]! & bit) !== 0)
  const getLength = (row: number) => toDay[row]! - fromDay[row]!
  return (
    (has(other, flag.usableGrade) - has(incident, flag.usableGrade) ||
      has(other, flag.gradeKnown) - has(incident, flag.gradeKnown) ||
      getLength(incident) - getLength(other) ||
      compareFirstReported(incidents.reports, incident, other)) > 0
  )
}

/** The doubts of an incident with the deaths that depend on them, for comparison. */
export function formatMayBe({ columns }: Incidents, mayBe: readonly number[]): string {
  return mayBe
    .map(row => `${row} ${columns.low[row]} ${columns.best[row]} ${columns.high[row]}`)
    .join()
}
