// What one source reports of one area: its reports in order of the fold, the usual rate after each, and the silences before them.

import type { FoldWork } from '../../fold/fold-work.ts'
import type { Incident } from '../../incident/incident.ts'
import { dayMs, type Span } from '../../space-time/event-time.ts'
import { type EndedSilence, isLong, type Silence, type Told } from './silence-finding.ts'
import type { SourceSilenceParameters } from './silence-parameters.ts'
import { WeekCounts, weekMs, weekOf } from './week-counts.ts'

/** What is known of an area after a report of it. Never changes. */
export interface AreaKnown {
  /** Until when it has been reported on at all. */
  readonly lastMs: number
  readonly last: Incident
  /** Silence that chance allows, days; null while too little is known of the rate. */
  readonly periodDays: number | null
  readonly perWeek: number
}

interface AreaReport {
  readonly incident: Incident
  /** True if it shows the source alive, and is certain to be about this area. */
  readonly counts: boolean
  known: AreaKnown | null
  /** The silence before it, if it may have been too long. */
  silence: Silence | null
}

/** What has left the rows. Plain data. */
export interface SavedArea {
  readonly admin1: string
  readonly weeks: readonly (readonly [week: number, count: number])[]
  readonly known: AreaKnown
  readonly aliveMs: number
  readonly silences: readonly EndedSilence[]
}

/** What areas of a source ask of it. */
export interface AreaTerms {
  readonly parameters: SourceSilenceParameters
  readonly work: FoldWork
  /** The first report that shows the source alive; null if none does. */
  firstMs(): number | null
  /** Until when reports before this one show the source alive elsewhere. */
  elsewhereMsBefore(incident: Incident, admin1: string): number
}

/** Before anything was heard. */
export const neverMs = Number.MIN_SAFE_INTEGER

export class SourceArea {
  readonly admin1: string
  readonly #terms: AreaTerms
  readonly #reports: AreaReport[] = []
  /** In order, those with a silence before them: of two at one moment at most the first has one. */
  readonly #broken: AreaReport[] = []
  readonly #weeks: WeekCounts
  readonly #passedWeeks: WeekCounts
  #passed: Omit<SavedArea, 'admin1' | 'weeks'> | null
  /** Until when its reports show the source alive. */
  aliveMs: number
  /** Since it was last judged: the first report to judge, and until when others may differ by it. */
  #stretch: { from: number; throughMs: number; ratedMs: number } | null = null
  /** How many reports of a week count, up to the last that was judged. */
  #counted: { readonly week: number; readonly at: number; readonly count: number } | null = null
  /** True if a report with a silence before it is gone. */
  #hasLost = false
  /** What was told last; null if that may be something else now. */
  told: Told | null = null
  /** Stage of the silence that goes on: 0 none, 1 silent, 2 escalated; and what it was seen by. */
  stage = 0
  stagedBy: AreaKnown | null = null

  constructor(admin1: string, terms: AreaTerms, saved: SavedArea | null) {
    this.admin1 = admin1
    this.#terms = terms
    this.#passed = saved
    this.#weeks = new WeekCounts(saved?.weeks)
    this.#passedWeeks = new WeekCounts(saved?.weeks)
    this.aliveMs = this.passedAliveMs
  }

  get count(): number {
    return this.#reports.length
  }

  /** Until when reports before the rows show the source alive. */
  get passedAliveMs(): number {
    return this.#passed?.aliveMs ?? neverMs
  }

  /** When the last report began that broke a silence which may have been too long. */
  get lastBrokenMs(): number {
    return this.#broken.at(-1)?.incident.fromMs ?? Number.NEGATIVE_INFINITY
  }

  /** What is known after the last report. */
  get known(): AreaKnown | null {
    return this.#knownBefore(this.#reports.length)
  }

  /** Adds a report. `rows`: the source's incidents in order of the fold. */
  put(incident: Incident, counts: boolean, rows: readonly Incident[]): void {
    const at = this.#placeFor(incident, rows)
    this.#reports.splice(at, 0, { incident, counts, known: null, silence: null })
    if (counts) {
      this.#weeks.add(weekOf(incident.fromMs), 1)
      this.aliveMs = Math.max(this.aliveMs, incident.toMs)
    }
    this.#mark(at, incident, counts)
  }

  take(incident: Incident): void {
    let at = this.#firstOf(incident)
    while (at < this.#reports.length && this.#reports[at]?.incident !== incident) at += 1
    const report = this.#reports[at]
    if (report === undefined) return
    this.#drop(at, at + 1)
    this.#mark(at, incident, report.counts)
  }

  /** Takes out all reports from a moment on: they come again in another order. False if there are none. */
  takeFrom(fromMs: number): boolean {
    const at = this.#firstOf({ fromMs, toMs: Number.NEGATIVE_INFINITY })
    if (at === this.#reports.length) return false
    this.#drop(at, this.#reports.length)
    this.judgeAllFrom(at)
    return true
  }

  judgeAllFrom(at: number): void {
    this.#stretch = { from: Math.min(at, this.#stretch?.from ?? at), throughMs: Number.POSITIVE_INFINITY, ratedMs: 0 }
  }

  /** Judges again what may differ. False if all its silences that are over are as they were. */
  judge(): boolean {
    const stretch = this.#stretch
    if (stretch === null) return false
    this.#stretch = null
    this.#counted = null
    let isOther = this.#isReturnTo(stretch.from) || this.#hasLost
    this.#hasLost = false
    for (let at = stretch.from; at < this.#reports.length; at++) {
      const report = this.#reports[at] as AreaReport
      const before = this.#knownBefore(at)
      this.#terms.work.steps += 1
      if (this.#breaks(report, this.#silenceBefore(before, report.incident))) isOther = true
      const isSame = this.#learn(report, before, at)
      const { fromMs } = report.incident
      // What follows it may be another report.
      if (report.silence !== null && fromMs <= stretch.throughMs) isOther = true
      if (isSame && fromMs > stretch.throughMs && fromMs >= stretch.ratedMs) break
    }
    return isOther
  }

  /** A report of another area came or went: it may have attested silences before later reports. True if one differs. */
  attestAgain({ fromMs, toMs }: Span): boolean {
    let isOther = false
    for (let i = this.#broken.length - 1; i >= 0; i--) {
      const { incident, silence } = this.#broken[i] as AreaReport
      if (incident.fromMs < fromMs) break
      if ((silence as Silence).attestedMs > toMs) continue
      const report = this.#broken[i] as AreaReport
      const attestedMs = this.#attestedMs(incident)
      if (attestedMs === report.silence?.attestedMs) continue
      report.silence = { ...(silence as Silence), attestedMs }
      isOther = true
    }
    return isOther
  }

  /** Its silences in order, the one that goes on last. */
  silences(elsewhereMs: number): EndedSilence[] {
    const found = (this.#passed?.silences ?? []).map(silence => this.#followed(silence, 0))
    for (const report of this.#broken) {
      const silence = report.silence as Silence
      if (isLong(silence)) found.push(this.#followed({ ...silence, returns: [] }, this.#firstOf(report.incident)))
    }
    const current = this.current(elsewhereMs)
    if (current !== null) found.push({ ...current, returns: [] })
    return found
  }

  /** The silence that goes on; null if there is none, or it may be due to chance. */
  current(elsewhereMs: number): Silence | null {
    const { known } = this
    if (known === null || known.periodDays === null) return null
    const { lastMs: sinceMs, last, periodDays, perWeek } = known
    if (elsewhereMs - sinceMs < periodDays * dayMs) return null
    return { sinceMs, attestedMs: elsewhereMs, periodDays, perWeek, last }
  }

  /** The first reports leave the rows. */
  passBefore(count: number): void {
    const passing = this.#reports.slice(0, count)
    const known = this.#knownBefore(count) as AreaKnown
    const earlier = (this.#passed?.silences ?? []).map(silence => this.#followed(silence, 0, count))
    const more: EndedSilence[] = []
    let aliveMs = this.passedAliveMs
    for (const [at, { incident, counts, silence }] of passing.entries()) {
      if (silence !== null) this.#broken.shift()
      if (silence !== null && isLong(silence)) more.push(this.#followed({ ...silence, returns: [] }, at, count))
      if (!counts) continue
      aliveMs = Math.max(aliveMs, incident.toMs)
      this.#passedWeeks.add(weekOf(incident.fromMs), 1)
    }
    this.#passed = { known, aliveMs, silences: [...earlier, ...more] }
    this.#reports.splice(0, count)
  }

  /** Forgets silences that were over before a moment, and weeks that no rate asks for. False if nothing is left. */
  forget(beforeMs: number): boolean {
    const passed = this.#passed
    if (passed === null) return this.#reports.length > 0
    // An incident may have begun up to a year before a boundary that it ended behind.
    const oldMs = beforeMs - 366 * dayMs
    const week = weekOf(oldMs) - this.#terms.parameters.rateWeeks
    this.#weeks.dropBefore(week)
    this.#passedWeeks.dropBefore(week)
    const silences = passed.silences.slice(this.#countOver(passed.silences, beforeMs))
    // A silence that is reported is kept, however old the last report is.
    const { lastMs, periodDays } = passed.known
    if (this.#reports.length === 0 && periodDays === null && lastMs < oldMs && silences.length === 0) return false
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
    return this.#passed && { ...this.#passed, admin1: this.admin1, weeks: this.#passedWeeks.entries() }
  }

  /** Index of the first report that is not before a moment. */
  #firstOf({ fromMs, toMs }: Span): number {
    let [low, high] = [0, this.#reports.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const { incident } = this.#reports[middle] as AreaReport
      if (incident.fromMs < fromMs || (incident.fromMs === fromMs && incident.toMs < toMs)) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Within a moment the order is that of the rows. */
  #placeFor(incident: Incident, rows: readonly Incident[]): number {
    if (rows.at(-1) === incident) return this.#reports.length
    let at = this.#firstOf(incident)
    const there = this.#reports[at]?.incident
    if (there?.fromMs !== incident.fromMs || there.toMs !== incident.toMs) return at
    for (let row = firstRowOf(rows, incident); rows[row] !== incident; row++)
      if (this.#reports[at]?.incident === rows[row]) at += 1
    return at
  }

  #mark(at: number, { fromMs }: Incident, counts: boolean): void {
    const ratedMs = counts ? (weekOf(fromMs) + this.#terms.parameters.rateWeeks) * weekMs : 0
    this.#stretch ??= { from: at, throughMs: fromMs, ratedMs }
    const stretch = this.#stretch
    stretch.from = Math.min(stretch.from, at)
    stretch.throughMs = Math.max(stretch.throughMs, fromMs)
    stretch.ratedMs = Math.max(stretch.ratedMs, ratedMs)
  }

  #drop(from: number, to: number): void {
    let isLatest = false
    for (const report of this.#reports.splice(from, to - from)) {
      const { incident, counts, silence } = report
      if (silence !== null) {
        this.#broken.splice(this.#broken.indexOf(report), 1)
        this.#hasLost = true
      }
      if (!counts) continue
      this.#weeks.add(weekOf(incident.fromMs), -1)
      if (incident.toMs === this.aliveMs) isLatest = true
    }
    if (!isLatest) return
    this.aliveMs = this.passedAliveMs
    for (const { incident, counts } of this.#reports) if (counts) this.aliveMs = Math.max(this.aliveMs, incident.toMs)
  }

  /** True if a report at this index is one that may end a silence. */
  #isReturnTo(at: number): boolean {
    if (at > 0 && (this.#reports[at - 1] as AreaReport).silence !== null) return true
    return at < 2 && this.#passed?.silences.some(({ returns }) => returns.length < 2) === true
  }

  #knownBefore(at: number): AreaKnown | null {
    return at === 0 ? (this.#passed?.known ?? null) : (this.#reports[at - 1] as AreaReport).known
  }

  #silenceBefore(known: AreaKnown | null, incident: Incident): Silence | null {
    if (known === null || known.periodDays === null) return null
    const { lastMs: sinceMs, last, periodDays, perWeek } = known
    if (incident.fromMs - sinceMs < periodDays * dayMs) return null
    return { sinceMs, attestedMs: this.#attestedMs(incident), periodDays, perWeek, last }
  }

  #attestedMs(incident: Incident): number {
    return Math.min(this.#terms.elsewhereMsBefore(incident, this.admin1), incident.fromMs)
  }

  /** Notes the silence that a report broke. True if it is another than before. */
  #breaks(report: AreaReport, silence: Silence | null): boolean {
    const before = report.silence
    if (before === silence || (before !== null && silence !== null && isSameSilence(before, silence))) return false
    report.silence = silence
    if (before === null) {
      let at = this.#broken.length
      while (at > 0 && (this.#broken[at - 1] as AreaReport).incident.fromMs > report.incident.fromMs) at -= 1
      this.#broken.splice(at, 0, report)
    } else if (silence === null) this.#broken.splice(this.#broken.indexOf(report), 1)
    return true
  }

  /** Notes what is known after a report. True if that is what was known before. */
  #learn(report: AreaReport, before: AreaKnown | null, at: number): boolean {
    const { incident, counts, known } = report
    const lasts = before === null || incident.toMs >= before.lastMs
    const [lastMs, last] = lasts ? [incident.toMs, incident] : [before.lastMs, before.last]
    let periodDays = before?.periodDays ?? null
    let perWeek = before?.perWeek ?? 0
    // The first report of an area says nothing of its rate.
    if (counts && before !== null) {
      const { chance, rateWeeks, reportsMin, knownDays, silenceDaysMin } = this.#terms.parameters
      const days = Math.min(rateWeeks * 7, (incident.fromMs - (this.#terms.firstMs() ?? incident.fromMs)) / dayMs)
      const reports = days < knownDays ? 0 : this.#reportsUpTo(at)
      const isKnown = days >= knownDays && reports >= reportsMin
      const perDay = isKnown ? reports / days : 0
      periodDays = isKnown ? Math.max(silenceDaysMin, -Math.log(chance) / perDay) : null
      perWeek = perDay * 7
    }
    if (known?.lastMs === lastMs && known.last === last && known.periodDays === periodDays && known.perWeek === perWeek)
      return true
    report.known = { lastMs, last, periodDays, perWeek }
    return false
  }

  /** Reports that count, up to this one, in its week and those before it that the rate is of. */
  #reportsUpTo(at: number): number {
    const week = weekOf((this.#reports[at] as AreaReport).incident.fromMs)
    const { rateWeeks } = this.#terms.parameters
    const known = this.#counted?.week === week ? this.#counted : { at: -1, count: 0 }
    let { count } = known
    for (let i = at; i > known.at; i--) {
      const { incident, counts } = this.#reports[i] as AreaReport
      if (incident.fromMs < week * weekMs) break
      if (counts) count += 1
    }
    this.#counted = { week, at, count }
    return this.#weeks.sum(Math.floor(week - rateWeeks) + 1, week - 1) + this.#passedWeeks.sum(week, week) + count
  }

  /** A silence with the reports from an index on that followed it, before `count`. */
  #followed(silence: EndedSilence, at: number, count = this.#reports.length): EndedSilence {
    const missing = 2 - silence.returns.length
    if (missing <= 0) return silence
    const more = this.#reports.slice(at, Math.min(count, at + missing)).map(({ incident }) => incident)
    return { ...silence, returns: [...silence.returns, ...more] }
  }
}

function isSameSilence(a: Silence, b: Silence): boolean {
  return (
    a.sinceMs === b.sinceMs &&
    a.attestedMs === b.attestedMs &&
    a.periodDays === b.periodDays &&
    a.perWeek === b.perWeek &&
    a.last === b.last
  )
}

/** Index of the first row of an incident's moment. */
export function firstRowOf(rows: readonly Incident[], { fromMs, toMs }: Span): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const row = rows[middle] as Incident
    if (row.fromMs < fromMs || (row.fromMs === fromMs && row.toMs < toMs)) low = middle + 1
    else high = middle
  }
  return low
}
