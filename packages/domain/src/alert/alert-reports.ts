// Which alerts rest on a report, of one family or of all. It knows how many reports an alert shares
// with each other of its family, so that what is connected is known without a look at the reports.

/** An alert in the index. */
export interface Reporting {
  readonly alertId: string
  /** What it is matched within (finding-family.ts). */
  readonly family: string
}

type NotePair<A> = (alert: A, other: A, by: 1 | -1) => void

export class AlertReports<A extends Reporting> {
  /** Most reports have one alert, and a list for each would cost more memory than the report. */
  readonly #byReport = new Map<string, A | A[]>()
  /** Number of reports that an alert rests on. */
  readonly #counts = new Map<A, number>()
  /** Number of reports that an alert shares with each other of its family; absent if none. */
  readonly #shared = new Map<A, Map<A, number>>()
  readonly #notePair: NotePair<A>

  /**
   * `notePair` is called when an alert begins or ceases to share reports with another, and so for
   * both of them.
   */
  constructor(notePair: NotePair<A>) {
    this.#notePair = notePair
  }

  /** True if an alert shares none of its reports with another of its family. */
  isAlone(alert: A): boolean {
    return !this.#shared.has(alert)
  }

  /** Number of reports that an alert rests on. */
  countOf(alert: A): number {
    return this.#counts.get(alert) ?? 0
  }

  /**
   * Calls `visit` with each other alert of its family that shares reports with an alert, and how
   * many.
   */
  eachSharing(alert: A, visit: (other: A, count: number) => void): void {
    const shared = this.#shared.get(alert)
    if (shared !== undefined) for (const [other, count] of shared) visit(other, count)
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
    return Array.isArray(alerts)
      ? alerts.some(alert => alert.family === family)
      : alerts?.family === family
  }

  add(report: string, alert: A): void {
    const alerts = this.#byReport.get(report)
    if (alerts === undefined) {
      this.#byReport.set(report, alert)
      change(this.#counts, alert, 1)
      return
    }
    const others = Array.isArray(alerts) ? alerts : [alerts]
    if (others.includes(alert)) return
    change(this.#counts, alert, 1)
    this.#countShared(alert, others, 1)
    if (others === alerts) others.push(alert)
    else this.#byReport.set(report, [others[0] as A, alert])
  }

  remove(report: string, alert: A): void {
    const alerts = this.#byReport.get(report)
    if (alerts === alert) {
      this.#byReport.delete(report)
      change(this.#counts, alert, -1)
    }
    if (!Array.isArray(alerts) || !alerts.includes(alert)) return
    alerts.splice(alerts.indexOf(alert), 1)
    change(this.#counts, alert, -1)
    this.#countShared(alert, alerts, -1)
    if (alerts.length === 1) this.#byReport.set(report, alerts[0] as A)
  }

  /** An alert begins or ends to share a report with these. */
  #countShared(alert: A, others: readonly A[], by: 1 | -1): void {
    for (const other of others) {
      if (other.family !== alert.family) continue
      this.#count(alert, other, by)
      this.#count(other, alert, by)
    }
  }

  #count(alert: A, other: A, by: 1 | -1): void {
    const shared = this.#shared.get(alert) ?? new Map<A, number>()
    const before = shared.size
    change(shared, other, by)
    if (shared.size === before) return
    if (shared.size === 0) this.#shared.delete(alert)
    else if (before === 0) this.#shared.set(alert, shared)
    this.#notePair(alert, other, by)
  }
}

/** Changes a number that is left out if it is 0. */
function change<K>(counts: Map<K, number>, key: K, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
