// An index of findings or alerts by report. It knows whether a value shares any report with
// another, so that unconnected ones are recognised at once.

export class ReportIndex<T extends string | object> {
  /** Most reports have one value, and a set for each would cost more memory than the report. */
  readonly #byReport = new Map<string, T | Set<T>>()
  /** Number of reports that a value shares with others; 0 if absent. */
  readonly #sharedBy = new Map<T, number>()

  /** True if a value shares none of its reports with another. */
  isAlone(value: T): boolean {
    return !this.#sharedBy.has(value)
  }

  of(report: string): Iterable<T> {
    const values = this.#byReport.get(report)
    return values === undefined ? [] : values instanceof Set ? values : [values]
  }

  /** Calls `visit` with each value of a report. */
  each(report: string, visit: (value: T) => void): void {
    const values = this.#byReport.get(report)
    if (values instanceof Set) for (const value of values) visit(value)
    else if (values !== undefined) visit(values)
  }

  has(report: string): boolean {
    return this.#byReport.has(report)
  }

  add(report: string, value: T): void {
    const values = this.#byReport.get(report)
    if (values === undefined) this.#byReport.set(report, value)
    else if (values instanceof Set) {
      if (values.has(value)) return
      values.add(value)
      this.#countShared(value, 1)
    } else if (values !== value) {
      this.#byReport.set(report, new Set([values, value]))
      this.#countShared(values, 1)
      this.#countShared(value, 1)
    }
  }

  remove(report: string, value: T): void {
    const values = this.#byReport.get(report)
    if (values === value) this.#byReport.delete(report)
    if (!(values instanceof Set) || !values.delete(value)) return
    this.#countShared(value, -1)
    if (values.size > 1) return
    const [last] = values as unknown as [T]
    this.#byReport.set(report, last)
    this.#countShared(last, -1)
  }

  #countShared(value: T, by: 1 | -1): void {
    const count = (this.#sharedBy.get(value) ?? 0) + by
    if (count === 0) this.#sharedBy.delete(value)
    else this.#sharedBy.set(value, count)
  }
}
