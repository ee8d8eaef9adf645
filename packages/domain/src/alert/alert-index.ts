// Indexes of a theatre's alerts: by family and report, by family and situation, by first-level
// area.

import type { Finding } from '../finding/finding.ts'
import { familyOf } from '../finding/finding-family.ts'
import { changeOfReports, eachReport, type ReportChange } from '../finding/report-change.ts'
import { areNamedAlike, areOneSituation, namesOf } from '../finding/situation.ts'
import type { FoldWork } from '../fold/fold-work.ts'
import { KeyedValues } from '../fold/keyed-values.ts'
import type { AlertState } from './alert.ts'
import { AlertReports, type Reporting } from './alert-reports.ts'

/** An alert and the finding that it is filed under. */
interface Seat extends Reporting {
  finding: Finding
  /** The names under which it is found. */
  names: readonly string[]
  /** It has ended with the finding that it holds, and said all of it. */
  isOver: boolean
  standing: Standing
  /**
   * Number of those that it shares reports with and that choose before it: neither over nor bereft.
   */
  stirrers: number
}

/**
 * What an alert can do beside the reports that it shares. `settled`: nothing, since matching would
 * give it again what it holds, and nothing to say. `bereft`: only take a finding of its situation
 * that nobody else takes. `unsettled`: anything.
 */
type Standing = 'settled' | 'bereft' | 'unsettled'

export class AlertIndex {
  readonly #byReport = new AlertReports<Seat>((seat, other, by) => this.#notePair(seat, other, by))
  /** By family and situation. */
  readonly #byFamily = new Map<string, KeyedValues<Seat>>()
  /** The same of those that are not settled, apart. */
  readonly #byStanding = {
    bereft: new Map<string, KeyedValues<Seat>>(),
    unsettled: new Map<string, KeyedValues<Seat>>()
  }
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

  /**
   * Calls `visit` with each other alert of its family that shares reports with an alert, and how
   * many.
   */
  eachSharing(alertId: string, visit: (alertId: string, count: number) => void): void {
    const seat = this.#seats.get(alertId)
    if (seat !== undefined)
      this.#byReport.eachSharing(seat, (other, count) => visit(other.alertId, count))
  }

  /** Calls `visit` with the alerts of a family that rest on a report. */
  eachResting(family: string, report: string, visit: (alertId: string) => void): void {
    this.#byReport.each(report, seat => {
      if (seat.family === family) visit(seat.alertId)
    })
  }

  /** A search for the unsettled alerts of a family by situation. */
  searchUnsettled(family: string, work: FoldWork): UnsettledSearch {
    return new UnsettledSearch(keyedIn(this.#byStanding.unsettled, family), work)
  }

  /**
   * Calls `visit` with the alerts of a family that were retracted and have the same situation as a
   * finding; may repeat.
   */
  eachBereftAlike(
    family: string,
    finding: Finding,
    work: FoldWork,
    visit: (alertId: string) => void
  ): void {
    const bereft = keyedIn(this.#byStanding.bereft, family)
    for (const name of namesOf(finding))
      for (const seat of bereft.of(name)) {
        work.matches += 1
        if (areOneSituation(seat.finding, finding)) visit(seat.alertId)
      }
  }

  /** True if an alert of a family other than this one has the same situation as a finding. */
  hasOtherAlike(family: string, alertId: string, finding: Finding): boolean {
    const bySituation = keyedIn(this.#byFamily, family)
    const isOther = (seat: Seat) =>
      seat.alertId !== alertId && areOneSituation(seat.finding, finding)
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

  /**
   * Files an alert under another finding; null removes it. `reports`: how the reports differ, if
   * known.
   */
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

  #seat(
    family: string,
    alertId: string,
    before: Finding | null,
    now: Finding | null,
    reports?: ReportChange
  ): void {
    const seat = this.#seatOf({ family, alertId }, now)
    if (seat === null) return
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
    this.#name(seat, now === null ? [] : namesOf(now))
  }

  #name(seat: Seat, names: readonly string[]): void {
    const { family, standing } = seat
    const all =
      standing === 'settled' ? [this.#byFamily] : [this.#byFamily, this.#byStanding[standing]]
    for (const bySituation of all.map(of => keyedIn(of, family))) {
      for (const name of seat.names) bySituation.take(name, seat)
      for (const name of names) bySituation.put(name, seat)
    }
    seat.names = names
  }

  /**
   * Notes how a filed alert stands. `isOver`: it has ended with the finding that it holds, and has
   * said all of it.
   */
  settle(
    alertId: string,
    { isOver, isBereft }: { readonly isOver: boolean; readonly isBereft: boolean }
  ): void {
    const seat = this.#seats.get(alertId)
    if (seat === undefined) return
    const wasCalm = isCalm(seat)
    seat.isOver = isOver
    if (isBereft !== (seat.standing === 'bereft'))
      this.#stand(seat, isBereft ? 'bereft' : 'unsettled')
    this.#weigh(seat)
    if (isCalm(seat) === wasCalm) return
    this.#byReport.eachSharing(seat, other => this.#stir(other, wasCalm ? 1 : -1))
  }

  #notePair(seat: Seat, other: Seat, by: 1 | -1): void {
    if (!isCalm(other)) this.#stir(seat, by)
  }

  #stir(seat: Seat, by: 1 | -1): void {
    seat.stirrers += by
    this.#weigh(seat)
  }

  /**
   * One that is over keeps what it holds unless an alert that chooses before it shares its reports.
   */
  #weigh(seat: Seat): void {
    if (seat.standing === 'bereft') return
    const isSettled = seat.isOver && seat.stirrers === 0 && this.#byReport.countOf(seat) > 0
    if (isSettled !== (seat.standing === 'settled'))
      this.#stand(seat, isSettled ? 'settled' : 'unsettled')
  }

  #stand(seat: Seat, standing: Standing): void {
    if (seat.standing !== 'settled') {
      const before = keyedIn(this.#byStanding[seat.standing], seat.family)
      for (const name of seat.names) before.take(name, seat)
    }
    seat.standing = standing
    if (standing === 'settled') return
    const now = keyedIn(this.#byStanding[standing], seat.family)
    for (const name of seat.names) now.put(name, seat)
  }

  /** Where an alert sits, under its finding now; null if it was never filed. */
  #seatOf({ family, alertId }: Reporting, now: Finding | null): Seat | null {
    const known = this.#seats.get(alertId)
    if (now === null) this.#seats.delete(alertId)
    else if (known !== undefined) known.finding = now
    else
      this.#seats.set(alertId, {
        family,
        alertId,
        finding: now,
        names: [],
        isOver: false,
        standing: 'unsettled',
        stirrers: 0
      })
    return known ?? this.#seats.get(alertId) ?? null
  }

  /** Files an open alert under another area; undefined: no area, or not open. */
  fileOpen(alertId: string, before: string | undefined, now: string | undefined): void {
    if (before === now) return
    if (before !== undefined) this.#openAbout.take(before, alertId)
    if (now !== undefined) this.#openAbout.put(now, alertId)
  }
}

function isCalm({ isOver, standing }: Seat): boolean {
  return isOver || standing === 'bereft'
}

function keyedIn(byFamily: Map<string, KeyedValues<Seat>>, family: string): KeyedValues<Seat> {
  const known = byFamily.get(family)
  if (known !== undefined) return known
  const made = new KeyedValues<Seat>()
  byFamily.set(family, made)
  return made
}

/**
 * Finds the unsettled alerts of a family that have the same situation as findings asked for one
 * after another. What it has found it passes over, so that a village with hundreds of alike alerts
 * costs once each, and not once for each finding.
 */
export class UnsettledSearch {
  readonly #unsettled: KeyedValues<Seat>
  readonly #work: FoldWork
  /** Those not found yet, of each name that was asked for. */
  readonly #unfound = new Map<string, Seat[]>()

  constructor(unsettled: KeyedValues<Seat>, work: FoldWork) {
    this.#unsettled = unsettled
    this.#work = work
  }

  /**
   * Calls `visit` with those of the same situation as a finding that were not found before; may
   * repeat.
   */
  eachAlike(finding: Finding, visit: (alertId: string) => void): void {
    for (const name of namesOf(finding)) {
      const seats = this.#unfound.get(name) ?? this.#first(name)
      this.#work.matches += seats.length
      let left = 0
      for (const seat of seats)
        if (areOneSituation(seat.finding, finding)) visit(seat.alertId)
        else seats[left++] = seat
      if (left < seats.length) seats.length = left
    }
  }

  #first(name: string): Seat[] {
    if (!this.#unsettled.has(name)) return []
    const seats = [...this.#unsettled.of(name)]
    this.#unfound.set(name, seats)
    return seats
  }
}
