// Which alerts rest on a report, of one family or of all. It knows which share a report with another of their family, so that
// unconnected ones are recognised at once.

/** An alert in the index. */
export interface Reporting {
  readonly alertId: string
  /** What it is matched within (finding-family.ts). */
  readonly family: string
}

export class AlertReports<A extends Reporting> {
  /** Most reports have one alert, and a list for each would cost more memory than the report. */
  readonly #byReport = new Map<string, A | A[]>()
  /** Number of reports that an alert shares with others of its family; 0 if absent. */
  readonly #sharedBy = new Map<A, number>()

  /** True if an alert shares none of its reports with another of its family. */
  isAlone(alert: A): boolean {
    return !this.#sharedBy.has(alert)
  }

  /** Calls `visit` with each alert that rests on a report. */
  each(report: string, visit: (alert: A) => void): void {
    const alerts = this.#byReport.get(report)
    if (Array.isArray(alerts)) for (const alert of alerts) visit(alert)
    else if (alerts !== undefined) visit(alerts)
  }

  /** True if an alert of a family rests on a report. */
  has(report: string, family: string): boolean {
    const alerts = this.#byReport.get(report)
    return Array.isArray(alerts) ? alerts.some(alert => alert.family === family) : alerts?.family === family
  }

  add(report: string, alert: A): void {
    const alerts = this.#byReport.get(report)
    if (alerts === undefined) {
      this.#byReport.set(report, alert)
      return
    }
    const others = Array.isArray(alerts) ? alerts : [alerts]
    if (others.includes(alert)) return
    this.#countShared(alert, others, 1)
    if (others === alerts) others.push(alert)
    else this.#byReport.set(report, [...others, alert])
  }

  remove(report: string, alert: A): void {
    const alerts = this.#byReport.get(report)
    if (alerts === alert) this.#byReport.delete(report)
    if (!Array.isArray(alerts) || !alerts.includes(alert)) return
    alerts.splice(alerts.indexOf(alert), 1)
    this.#countShared(alert, alerts, -1)
    if (alerts.length === 1) this.#byReport.set(report, alerts[0] as A)
  }

  /** An alert begins or ends to share a report with these. */
  #countShared(alert: A, others: readonly A[], by: 1 | -1): void {
    const alike = others.filter(other => other.family === alert.family)
    const [first, second] = alike
    if (first === undefined) return
    this.#count(alert, by)
    if (second === undefined) this.#count(first, by)
  }

  #count(alert: A, by: 1 | -1): void {
    const count = (this.#sharedBy.get(alert) ?? 0) + by
    if (count === 0) this.#sharedBy.delete(alert)
    else this.#sharedBy.set(alert, count)
  }
}
