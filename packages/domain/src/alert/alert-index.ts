// Indexes of a theatre's alerts: by family and report, by family and situation, by first-level area.

import type { Finding } from '../finding/finding.ts'
import { familyOf } from '../finding/finding-family.ts'
import { changeOfReports, eachReport, type ReportChange } from '../finding/report-change.ts'
import { areNamedAlike, areOneSituation, namesOf } from '../finding/situation.ts'
import { KeyedValues } from '../fold/keyed-values.ts'
import type { AlertState } from './alert.ts'
import { AlertReports, type Reporting } from './alert-reports.ts'

/** An alert and the finding that it is filed under. */
interface Seat extends Reporting {
  finding: Finding
}

export class AlertIndex {
  readonly #byReport = new AlertReports<Seat>()
  /** By family and situation. */
  readonly #byFamily = new Map<string, KeyedValues<Seat>>()
  readonly #seats = new Map<string, Seat>()
  /** Open alerts only: a closed one is no parent. */
  readonly #openAbout = new KeyedValues<string>()

  /** True if an alert of a family rests on a report. */
  isReportOf(family: string, report: string): boolean {
    return this.#byReport.has(report, family)
  }

  /** True if an alert shares none of its reports with another of its family. */
  isAlone(alertId: string): boolean {
    const seat = this.#seats.get(alertId)
    return seat === undefined || this.#byReport.isAlone(seat)
  }

  /** Number of different reports that an alert rests on. */
  reportCount(alertId: string): number {
    const seat = this.#seats.get(alertId)
    return seat === undefined ? 0 : this.#byReport.countOf(seat)
  }

  /** Calls `visit` with each other alert of its family that shares reports with an alert, and how many. */
  eachSharing(alertId: string, visit: (alertId: string, count: number) => void): void {
    const seat = this.#seats.get(alertId)
    if (seat !== undefined) this.#byReport.eachSharing(seat, (other, count) => visit(other.alertId, count))
  }

  /** Calls `visit` with the alerts of a family that rest on a report. */
  eachResting(family: string, report: string, visit: (alertId: string) => void): void {
    this.#byReport.each(report, seat => {
      if (seat.family === family) visit(seat.alertId)
    })
  }

  /** Calls `visit` with the alerts of a family that have the same situation as a finding; may repeat. */
  eachAlike(family: string, finding: Finding, visit: (alertId: string) => void): void {
    const bySituation = this.#ofFamily(family)
    for (const key of namesOf(finding)) {
      for (const seat of bySituation.of(key)) if (areOneSituation(seat.finding, finding)) visit(seat.alertId)
    }
  }

  /** True if an alert of a family other than this one has the same situation as a finding. */
  hasOtherAlike(family: string, alertId: string, finding: Finding): boolean {
    const bySituation = this.#ofFamily(family)
    const isOther = (seat: Seat) => seat.alertId !== alertId && areOneSituation(seat.finding, finding)
    return namesOf(finding).some(key => bySituation.some(key, isOther))
  }

  /** Open alerts of all rules that can be parents on this ground. */
  openAbout(admin1: string): Iterable<string> {
    return this.#openAbout.of(admin1)
  }

  /** Alerts of all rules that rest on one of the reports. */
  resting(reports: Iterable<string>): Set<string> {
    const resting = new Set<string>()
    const rest = ({ alertId }: Seat) => resting.add(alertId)
    for (const report of reports) this.#byReport.each(report, rest)
    return resting
  }

  /** Files an alert under another finding; null removes it. `reports`: how the reports differ, if known. */
  file(
    { ruleId, alertId }: Pick<AlertState, 'ruleId' | 'alertId'>,
    before: Finding | null,
    now: Finding | null,
    reports?: ReportChange
  ): void {
    if (before && now && before.layer !== now.layer) {
      this.#seat(familyOf(ruleId, before.layer), alertId, before, null)
      this.#seat(familyOf(ruleId, now.layer), alertId, null, now)
      return
    }
    this.#seat(familyOf(ruleId, (now ?? before)?.layer), alertId, before, now, reports)
  }

  #seat(family: string, alertId: string, before: Finding | null, now: Finding | null, reports?: ReportChange): void {
    const seat = this.#seatOf({ family, alertId }, now)
    if (seat === null) return
    const bySituation = this.#ofFamily(family)
    const byReport = this.#byReport
    if (before && now) {
      const { gone, fresh } = reports ?? changeOfReports(before, now)
      for (const report of gone) byReport.remove(report, seat)
      for (const report of fresh) byReport.add(report, seat)
      if (areNamedAlike(before.situation, now.situation)) return
    } else {
      if (before) eachReport(before, report => byReport.remove(report, seat))
      if (now) eachReport(now, report => byReport.add(report, seat))
    }
    if (before) for (const key of namesOf(before)) bySituation.take(key, seat)
    if (now) for (const key of namesOf(now)) bySituation.put(key, seat)
  }

  /** Where an alert sits, under its finding now; null if it was never filed. */
  #seatOf({ family, alertId }: Reporting, now: Finding | null): Seat | null {
    const known = this.#seats.get(alertId)
    if (now === null) this.#seats.delete(alertId)
    else if (known !== undefined) known.finding = now
    else this.#seats.set(alertId, { family, alertId, finding: now })
    return known ?? this.#seats.get(alertId) ?? null
  }

  /** Files an open alert under another area; undefined: no area, or not open. */
  fileOpen(alertId: string, before: string | undefined, now: string | undefined): void {
    if (before === now) return
    if (before !== undefined) this.#openAbout.take(before, alertId)
    if (now !== undefined) this.#openAbout.put(now, alertId)
  }

  #ofFamily(family: string): KeyedValues<Seat> {
    const known = this.#byFamily.get(family)
    if (known !== undefined) return known
    const made = new KeyedValues<Seat>()
    this.#byFamily.set(family, made)
    return made
  }
}
