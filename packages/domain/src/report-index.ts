// What rests on which report: findings or alerts, by report. Knows whether any report is shared at all, so that what stands alone is seen at once.

import { compareText } from './incident.ts'

export class ReportIndex<T> {
  readonly #byReport = new Map<string, Set<T>>()
  #shared = 0

  /** True while some report has more than one value. */
  get hasShared(): boolean {
    return this.#shared > 0
  }

  of(report: string): Iterable<T> {
    return this.#byReport.get(report) ?? []
  }

  has(report: string): boolean {
    return this.#byReport.has(report)
  }

  add(report: string, value: T): void {
    const values = this.#byReport.get(report)
    if (values === undefined) {
      this.#byReport.set(report, new Set([value]))
      return
    }
    if (values.has(value)) return
    values.add(value)
    if (values.size === 2) this.#shared += 1
  }

  remove(report: string, value: T): void {
    const values = this.#byReport.get(report)
    if (!values?.delete(value)) return
    if (values.size === 1) this.#shared -= 1
    if (values.size === 0) this.#byReport.delete(report)
  }

  /** Files a value under the reports that are new and takes it from those that are gone. Both lists are in order. */
  change(value: T, before: readonly string[], now: readonly string[]): void {
    let [i, j] = [0, 0]
    while (i < before.length || j < now.length) {
      const [old, fresh] = [before[i], now[j]]
      const order = old === undefined ? 1 : fresh === undefined ? -1 : compareText(old, fresh)
      if (order < 0) this.remove(old as string, value)
      if (order > 0) this.add(fresh as string, value)
      if (order <= 0) i += 1
      if (order >= 0) j += 1
    }
  }
}
