// What one source reports of one area: its reports in order of the fold, the usual rate after the
// last, and the silences before them. Of an earlier report it is computed what was known before it:
// only late ones ask.

import type { FoldWork } from '../../fold/fold-work.ts'
import type { Incident } from '../../incident/incident.ts'
import { dayMs, type Span } from '../../space-time/event-time.ts'
import {
  type AreaKnown,
  isSameSilence,
  neverMs,
  nothingKnown,
  type SavedArea,
  silenceOf
} from './area-known.ts'
import { AreaReports } from './area-reports.ts'
import { type EndedSilence, isLong, type Silence, type Told } from './silence-finding.ts'
import type { SourceSilenceParameters } from './silence-parameters.ts'
import { type Rate, rateOf, unknownRate } from './silence-rate.ts'
import { WeekCounts, weekMs, weekOf } from './week-counts.ts'

/** A report with a silence before it that may have been too long. */
interface Broken {
  readonly incident: Incident
  silence: Silence
}

/** What areas of a source ask of it. */
export interface AreaTerms {
  readonly parameters: SourceSilenceParameters
  readonly work: FoldWork
  /** The first report that shows the source alive; null if none does. */
  firstMs(): number | null
  /** True if a report shows the source alive, and is certain to be about an area. */
  counts(incident: Incident, admin1: string): boolean
  /** Until when reports before this one show the source alive elsewhere. */
  elsewhereMsBefore(incident: Incident, admin1: string): number
}

export class SourceArea {
  readonly admin1: string
  readonly #terms: AreaTerms
  readonly #reports = new AreaReports()
  /** In order: of two at one moment at most the first has a silence before it. */
  readonly #broken: Broken[] = []
  readonly #weeks: WeekCounts
  #passed: Omit<SavedArea, 'admin1' | 'weeks'> | null
  /**
   * What is known after the last report, of which there may be none: the numbers are then never and
   * infinity.
   */
  lastMs = neverMs
  #last: Incident | null = null
  /** Infinity while too little is known of the rate. */
  periodDays = Number.POSITIVE_INFINITY
  #perWeek = 0
  /** No report that broke a silence which may have been too long began later. */
  lastBrokenMs = Number.NEGATIVE_INFINITY
  /** Until when its reports show the source alive. */
  aliveMs: number
  /**
   * Since it was last judged: the first report to judge, and until when others may differ by it.
   */
  #stretch: { from: number; throughMs: number; ratedMs: number } | null = null
  /** True if a report with a silence before it is gone. */
  #hasLost = false
  /** What was told last; null if that may be something else now. */
  told: Told | null = null
  /** Stage of the silence that goes on: 0 none, 1 silent, 2 escalated. */
  stage = 0
  /** Before the source is alive elsewhere for so long, it comes to no other. */
  nextStageMs = Number.POSITIVE_INFINITY
  /** True if another report, or another rate, is known than when the stage was noted. */
  isKnownOther = false

  constructor(admin1: string, terms: AreaTerms, saved: SavedArea | null) {
    this.admin1 = admin1
    this.#terms = terms
    this.#passed = saved
    this.#weeks = new WeekCounts(saved?.weeks)
    this.aliveMs = this.passedAliveMs
    this.#know(saved?.known ?? null)
  }

  get hasPassed(): boolean {
    return this.#passed !== null
  }

  get isEmpty(): boolean {
    return this.#reports.length === 0 && !this.hasPassed
  }

  /** Until when reports before the rows show the source alive. */
  get passedAliveMs(): number {
    return this.#passed?.aliveMs ?? neverMs
  }

  /**
   * Adds a report after all others, and judges it. False if all its silences that are over are as
   * they were.
   */
  append(incident: Incident): boolean {
    const { fromMs, toMs } = incident
    const at = this.#reports.length
    this.#terms.work.steps += 1
    let isOther = this.#isReturnTo(at)
    if (fromMs - this.lastMs >= this.periodDays * dayMs) {
      this.#broken.push({
        incident,
        silence: this.#silenceBefore(incident, this.#known() as AreaKnown)
      })
      this.lastBrokenMs = fromMs
      isOther = true
    }
    this.#insert(at, incident)
    if (toMs >= this.lastMs) {
      this.lastMs = toMs
      this.#last = incident
      this.isKnownOther = true
    }
    // The first report of an area says nothing of its rate.
    if (!this.#counts(incident) || (at === 0 && this.#passed === null)) return isOther
    const { periodDays, perWeek } = this.#rateAt(at)
    if (periodDays !== this.periodDays || perWeek !== this.#perWeek) this.isKnownOther = true
    this.periodDays = periodDays
    this.#perWeek = perWeek
    return isOther
  }

  /** Adds a report. `rows`: the source's incidents in order of the fold. */
  put(incident: Incident, rows: readonly Incident[]): void {
    const at = this.#reports.placeFor(incident, rows)
    this.#insert(at, incident)
    this.#mark(at, incident)
  }

  #insert(at: number, incident: Incident): void {
    this.#reports.insert(at, incident)
    if (!this.#counts(incident)) return
    this.#weeks.add(weekOf(incident.fromMs), 1)
    if (incident.toMs > this.aliveMs) this.aliveMs = incident.toMs
  }

  take(incident: Incident): void {
    const at = this.#reports.indexOf(incident)
    if (at === -1) return
    this.#drop(at, at + 1)
    this.#mark(at, incident)
  }

  /**
   * Takes out all reports from a moment on: they come again in another order. False if there are
   * none.
   */
  takeFrom(fromMs: number): boolean {
    const at = this.#reports.firstOf({ fromMs, toMs: Number.NEGATIVE_INFINITY })
    if (at === this.#reports.length) return false
    this.#drop(at, this.#reports.length)
    this.judgeAllFrom(at)
    return true
  }

  judgeAllFrom(at: number): void {
    const throughMs = Number.POSITIVE_INFINITY
    this.#stretch = { from: Math.min(at, this.#stretch?.from ?? at), throughMs, ratedMs: 0 }
  }

  /** Judges again what may differ. False if all its silences that are over are as they were. */
  judge(): boolean {
    const stretch = this.#stretch
    if (stretch === null) return false
    this.#stretch = null
    const { from, throughMs, ratedMs } = stretch
    const leastMs = this.#terms.parameters.silenceDaysMin * dayMs
    let isOther = this.#isReturnTo(from) || this.#hasLost
    this.#hasLost = false
    let lastMs = this.#knownBefore(from)?.lastMs ?? neverMs
    let next = this.#brokenBefore(from)
    for (let at = from; at < this.#reports.length; at++) {
      this.#terms.work.steps += 1
      const fromMs = this.#reports.fromMs[at] as number
      const silence = fromMs - lastMs >= leastMs ? this.#silenceAt(at) : null
      if (this.#breaks(next, at, silence)) isOther = true
      if (silence !== null) {
        next += 1
        this.lastBrokenMs = Math.max(this.lastBrokenMs, fromMs)
        // What follows it may be another report.
        if (fromMs <= throughMs) isOther = true
      }
      // From here on the last report is as it was, and so is the rate.
      if (
        fromMs > throughMs &&
        (ratedMs === 0 ||
          (fromMs >= ratedMs && this.#counts(this.#reports.incidents[at] as Incident)))
      )
        return isOther
      lastMs = Math.max(lastMs, this.#reports.toMs[at] as number)
    }
    this.#know(this.#knownBefore(this.#reports.length))
    return isOther
  }

  /**
   * A report of another area came or went: it may have attested silences before later reports. True
   * if one differs.
   */
  attestAgain({ fromMs, toMs }: Span): boolean {
    let isOther = false
    for (let i = this.#broken.length - 1; i >= 0; i--) {
      const broken = this.#broken[i] as Broken
      const { incident, silence } = broken
      if (incident.fromMs < fromMs) break
      if (silence.attestedMs > toMs) continue
      const attestedMs = this.#attestedMs(incident)
      if (attestedMs === silence.attestedMs) continue
      broken.silence = { ...silence, attestedMs }
      isOther = true
    }
    return isOther
  }

  /** Its silences in order, the one that goes on last. */
  silences(elsewhereMs: number): EndedSilence[] {
    const found = (this.#passed?.silences ?? []).map(silence => this.#followed(silence, 0))
    for (const { incident, silence } of this.#broken)
      if (isLong(silence))
        found.push(this.#followed({ ...silence, returns: [] }, this.#reports.firstOf(incident)))
    // A shorter one may be due to chance.
    if (elsewhereMs - this.lastMs >= this.periodDays * dayMs)
      found.push({ ...silenceOf(this.#known() as AreaKnown, elsewhereMs), returns: [] })
    return found
  }

  /** The first reports leave the rows. */
  passBefore(count: number): void {
    const known = this.#knownBefore(count) as AreaKnown
    const silences = (this.#passed?.silences ?? []).map(silence =>
      this.#followed(silence, 0, count)
    )
    const broken = this.#broken.splice(0, this.#brokenBefore(count))
    for (const { incident, silence } of broken)
      if (isLong(silence))
        silences.push(
          this.#followed({ ...silence, returns: [] }, this.#reports.firstOf(incident), count)
        )
    let aliveMs = this.passedAliveMs
    for (let at = 0; at < count; at++)
      if (this.#counts(this.#reports.incidents[at] as Incident))
        aliveMs = Math.max(aliveMs, this.#reports.toMs[at] as number)
    this.#passed = { known, aliveMs, silences }
    this.#reports.remove(0, count)
  }

  /**
   * Forgets silences that were over before a moment, and weeks that no rate asks for. False if
   * nothing is left.
   */
  forget(beforeMs: number): boolean {
    const passed = this.#passed
    if (passed === null) return this.#reports.length > 0
    // An incident may have begun up to a year before a boundary that it ended behind.
    const oldMs = beforeMs - 366 * dayMs
    this.#weeks.dropBefore(weekOf(oldMs) - this.#terms.parameters.rateWeeks)
    const silences = passed.silences.slice(this.#countOver(passed.silences, beforeMs))
    // A silence that is reported is kept, however old the last report is.
    const { lastMs, periodDays } = passed.known
    if (
      this.#reports.length === 0 &&
      periodDays === null &&
      lastMs < oldMs &&
      silences.length === 0
    )
      return false
    if (silences.length < passed.silences.length) {
      this.#passed = { ...passed, silences }
      this.told = null
    }
    return true
  }

  /** The first silences that were over before a moment, of which no later one is part. */
  #countOver(silences: readonly EndedSilence[], beforeMs: number): number {
    let [count, endMs] = [0, Number.NEGATIVE_INFINITY]
    for (const [i, { returns }] of silences.entries()) {
      const overMs = returns[1]?.fromMs ?? beforeMs
      if (overMs >= beforeMs) break
      endMs = Math.max(endMs, overMs)
      const next = silences[i + 1] ?? this.#broken[0]?.silence
      if ((next?.sinceMs ?? endMs) >= endMs) count = i + 1
    }
    return count
  }

  saved(): SavedArea | null {
    if (this.#passed === null) return null
    const weeks = new WeekCounts(this.#weeks.entries())
    for (const incident of this.#reports.incidents)
      if (this.#counts(incident)) weeks.add(weekOf(incident.fromMs), -1)
    return { ...this.#passed, admin1: this.admin1, weeks: weeks.entries() }
  }

  #mark(at: number, incident: Incident): void {
    const { fromMs, toMs } = incident
    // The first report of an area says nothing of its rate: with another one before it, it does.
    const isFirst = at === 0 && this.#passed === null
    const ratedMs = isFirst
      ? Number.POSITIVE_INFINITY
      : this.#counts(incident)
        ? this.#ratedUntilMs(fromMs)
        : 0
    this.#stretch ??= { from: at, throughMs: toMs, ratedMs }
    const stretch = this.#stretch
    stretch.from = Math.min(stretch.from, at)
    stretch.throughMs = Math.max(stretch.throughMs, toMs)
    stretch.ratedMs = Math.max(stretch.ratedMs, ratedMs)
  }

  #ratedUntilMs(fromMs: number): number {
    return (weekOf(fromMs) + Math.ceil(this.#terms.parameters.rateWeeks)) * weekMs
  }

  #drop(from: number, to: number): void {
    let isLatest = false
    for (const incident of this.#reports.remove(from, to)) {
      const broken = this.#broken.findIndex(one => one.incident === incident)
      if (broken !== -1) {
        this.#broken.splice(broken, 1)
        this.#hasLost = true
      }
      if (!this.#counts(incident)) continue
      this.#weeks.add(weekOf(incident.fromMs), -1)
      if (incident.toMs === this.aliveMs) isLatest = true
    }
    if (!isLatest) return
    this.aliveMs = this.passedAliveMs
    const { incidents, toMs } = this.#reports
    for (let at = incidents.length - 1; at >= 0 && this.#reports.endsBy(at) > this.aliveMs; at--)
      if (this.#counts(incidents[at] as Incident))
        this.aliveMs = Math.max(this.aliveMs, toMs[at] as number)
  }

  #counts(incident: Incident): boolean {
    return this.#terms.counts(incident, this.admin1)
  }

  /** True if a report at this index is one that may end a silence. */
  #isReturnTo(at: number): boolean {
    if (at < 2 && this.#passed?.silences.some(({ returns }) => returns.length < 2) === true)
      return true
    return (
      at > 0 &&
      this.#broken[this.#brokenBefore(at) - 1]?.incident === this.#reports.incidents[at - 1]
    )
  }

  /** How many reports before an index have a silence before them. */
  #brokenBefore(at: number): number {
    const broken = this.#broken
    if (at === this.#reports.length) return broken.length
    const ms = this.#reports.fromMs[at] as number
    let count = broken.length
    while (count > 0 && (broken[count - 1] as Broken).incident.fromMs >= ms) count -= 1
    let first = at
    while (first > 0 && this.#reports.fromMs[first - 1] === ms) first -= 1
    for (; first < at; first++)
      if (broken[count]?.incident === this.#reports.incidents[first]) count += 1
    return count
  }

  #know(known: AreaKnown | null): void {
    const { lastMs, last, periodDays, perWeek } = known ?? nothingKnown
    const period = periodDays ?? Number.POSITIVE_INFINITY
    const isSame =
      last === this.#last &&
      lastMs === this.lastMs &&
      period === this.periodDays &&
      perWeek === this.#perWeek
    if (isSame) return
    this.lastMs = lastMs
    this.#last = last
    this.periodDays = period
    this.#perWeek = perWeek
    this.isKnownOther = true
  }

  /** What is known after the last report. */
  #known(): AreaKnown | null {
    const { lastMs, periodDays } = this
    const last = this.#last
    return (
      last && {
        lastMs,
        last,
        periodDays: Number.isFinite(periodDays) ? periodDays : null,
        perWeek: this.#perWeek
      }
    )
  }

  #knownBefore(count: number): AreaKnown | null {
    const before = this.#passed?.known ?? null
    if (count === 0) return before
    const latest = this.#reports.latestBefore(count)
    const { lastMs, last } =
      before !== null && before.lastMs > latest.toMs
        ? before
        : { lastMs: latest.toMs, last: latest }
    // The first report of an area says nothing of its rate.
    const least = before === null ? 1 : 0
    let rated = count - 1
    while (rated >= least && !this.#counts(this.#reports.incidents[rated] as Incident)) rated -= 1
    const { periodDays, perWeek } = rated < least ? (before ?? nothingKnown) : this.#rateAt(rated)
    return { lastMs, last, periodDays: Number.isFinite(periodDays) ? periodDays : null, perWeek }
  }

  #silenceAt(at: number): Silence | null {
    const known = this.#knownBefore(at)
    if (known === null || known.periodDays === null) return null
    if ((this.#reports.fromMs[at] as number) - known.lastMs < known.periodDays * dayMs) return null
    return this.#silenceBefore(this.#reports.incidents[at] as Incident, known)
  }

  #silenceBefore(incident: Incident, known: AreaKnown): Silence {
    return silenceOf(known, this.#attestedMs(incident))
  }

  #attestedMs(incident: Incident): number {
    return Math.min(this.#terms.elsewhereMsBefore(incident, this.admin1), incident.fromMs)
  }

  /**
   * Notes the silence that a report broke; `next`: how many before it broke one. True if it is
   * another than before.
   */
  #breaks(next: number, at: number, silence: Silence | null): boolean {
    const incident = this.#reports.incidents[at] as Incident
    const broken = this.#broken[next]
    const before = broken?.incident === incident ? broken : null
    if (before === null && silence === null) return false
    if (silence === null) this.#broken.splice(next, 1)
    else if (before === null) this.#broken.splice(next, 0, { incident, silence })
    else if (isSameSilence(before.silence, silence)) return false
    else before.silence = silence
    return true
  }

  /** The rate with a report that counts. */
  #rateAt(at: number): Rate {
    const { parameters } = this.#terms
    const fromMs = this.#reports.fromMs[at] as number
    const days = Math.min(
      parameters.rateWeeks * 7,
      (fromMs - (this.#terms.firstMs() ?? fromMs)) / dayMs
    )
    return days < parameters.knownDays
      ? unknownRate
      : rateOf(this.#reportsUpTo(at), days, parameters)
  }

  /** Reports that count, up to this one, in its week and those before it that the rate is of. */
  #reportsUpTo(at: number): number {
    const week = weekOf(this.#reports.fromMs[at] as number)
    let later = 0
    for (
      let i = at + 1;
      i < this.#reports.length && (this.#reports.fromMs[i] as number) < (week + 1) * weekMs;
      i++
    )
      if (this.#counts(this.#reports.incidents[i] as Incident)) later += 1
    return this.#weeks.sum(Math.floor(week - this.#terms.parameters.rateWeeks) + 1, week) - later
  }

  /** A silence with the reports from an index on that followed it, before `count`. */
  #followed(silence: EndedSilence, at: number, count = this.#reports.length): EndedSilence {
    const missing = 2 - silence.returns.length
    if (missing <= 0) return silence
    return {
      ...silence,
      returns: [
        ...silence.returns,
        ...this.#reports.incidents.slice(at, Math.min(count, at + missing))
      ]
    }
  }
}
