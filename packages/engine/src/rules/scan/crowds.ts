// Crowds: reports of one place and day, too many to assign to incidents, so that each is an incident
// of its own. A source reports an attack once. So of a crowd as many attacks count as the source
// with the most reports has: each report that gives its source more than any had before it.

import type { Incidents } from '../../data/incidents.ts'
import { compareFirstReported } from '../../data/report-order.ts'
import { formatCell } from '../cells.ts'
import type { ReportSpot } from './report-index.ts'

/** More would take time, and tell nobody more. */
export const countedMax = 100

interface Crowd {
  /** Its incidents; those before `done` are in order and have been compared. */
  readonly rows: number[]
  done: number
  counted: Set<number>
  readonly reportsBySource: Map<number, number>
}

interface Member {
  readonly key: string
  readonly spot: ReportSpot
}

export class Crowds {
  readonly #incidents: Incidents
  /** By day and cell. */
  readonly #crowds = new Map<string, Crowd>()
  readonly #members = new Map<number, Member>()
  readonly #changed = new Set<string>()

  constructor(incidents: Incidents) {
    this.#incidents = incidents
  }

  add(row: number, spot: ReportSpot): void {
    const key = `${spot.day} ${formatCell(this.#incidents, row)}`
    const crowd = this.#crowds.get(key) ?? makeCrowd()
    this.#crowds.set(key, crowd)
    const last = crowd.rows.at(-1)
    if (last !== undefined && compareFirstReported(this.#incidents.reports, last, row) > 0)
      crowd.done = 0
    crowd.rows.push(row)
    this.#members.set(row, { key, spot })
    this.#changed.add(key)
  }

  remove(row: number): void {
    const key = this.#members.get(row)?.key
    this.evict(row)
    if (key === undefined || !this.#crowds.has(key)) return
    this.#crowds.get(key)!.done = 0
    this.#changed.add(key)
  }

  /** Removes an incident that can no longer change; no other one counts instead. */
  evict(row: number): void {
    const member = this.#members.get(row)
    if (member === undefined) return
    const crowd = this.#crowds.get(member.key)!
    const at = crowd.rows.indexOf(row)
    crowd.rows.splice(at, 1)
    if (at < crowd.done) crowd.done -= 1
    crowd.counted.delete(row)
    if (crowd.rows.length === 0) this.#crowds.delete(member.key)
    this.#members.delete(row)
  }

  /** Compares what has changed: some incidents count now, and others no longer do. */
  settle(
    onCounted: (row: number, spot: ReportSpot) => void,
    onDropped: (row: number) => void
  ): void {
    for (const key of this.#changed) {
      const crowd = this.#crowds.get(key)
      if (crowd === undefined) continue
      const before = crowd.counted
      if (crowd.done === 0) this.#restart(crowd)
      for (const row of crowd.rows.slice(crowd.done)) {
        const wasCounted = before.has(row)
        if (this.#count(crowd, row) && !wasCounted) onCounted(row, this.#members.get(row)!.spot)
      }
      crowd.done = crowd.rows.length
      for (const row of before) if (!crowd.counted.has(row)) onDropped(row)
    }
    this.#changed.clear()
  }

  #restart(crowd: Crowd): void {
    crowd.rows.sort((a, b) => compareFirstReported(this.#incidents.reports, a, b))
    crowd.counted = new Set()
    crowd.reportsBySource.clear()
  }

  /** True if the incident counts: a source has more reports now than any had before. */
  #count({ counted, reportsBySource }: Crowd, row: number): boolean {
    const { source } = this.#incidents.reports.columns
    for (const member of this.#incidents.listMembers(row)) {
      const count = (reportsBySource.get(source[member]!) ?? 0) + 1
      reportsBySource.set(source[member]!, count)
      if (count > counted.size && counted.size < countedMax) counted.add(row)
    }
    return counted.has(row)
  }
}

function makeCrowd(): Crowd {
  return { rows: [], done: 0, counted: new Set(), reportsBySource: new Map() }
}
