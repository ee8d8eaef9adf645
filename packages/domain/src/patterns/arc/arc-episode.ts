// The episode of a widening arc: how it grows row by row, how it goes back to an earlier one, and
// its finding. Rows that widen it are few; all others are support, named up to a limit and counted
// by their number between two rows.

import { evidenceMax, type Finding } from '../../finding/finding.ts'
import type { Incident } from '../../incident/incident.ts'
import { maySee } from '../../report/handling.ts'
import { countryName } from '../../space-time/country-names.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { evidenceOf } from '../episode/episode-evidence.ts'
import { EvidenceLog } from '../episode/evidence-log.ts'
import {
  evidenceWith,
  type HiddenCount,
  noneBeside,
  telling,
  withTrigger
} from '../episode/hidden-count.ts'
import { areSame } from '../episode/recent-cache.ts'
import type { WideningArcParameters } from './arc-parameters.ts'
import { type ArcRow, type ArcRows, countriesOf, type Hit } from './arc-rows.ts'
import type { ArcStep, Gap, WindowSeen } from './arc-step.ts'
import {
  type ArcChange,
  areAlike,
  areaCodes,
  describeArc,
  type Mark,
  manyOf,
  type SavedArc
} from './arc-story.ts'

export class ArcEpisode {
  readonly #terms: WideningArcParameters
  /** The reason for the level of many areas. */
  readonly #many: string
  readonly #saved: Pick<SavedArc, 'drill' | 'fromMs' | 'enteredMs'>
  readonly #marks: Mark[]
  readonly #countries: string[]
  readonly #areas: string[]
  readonly #isToldArea: Set<string>
  readonly #triggers: EvidenceLog
  readonly #support: EvidenceLog
  /** The rows of the named support; null if they have left. */
  readonly #named: (ArcRow | null)[]
  /** In order; the first is the entry, or what lies before the rows. */
  readonly #steps: ArcStep[] = []
  readonly #gaps: Gap[] = []
  /** Of what lies before the rows: support only counted, and what of it was told. */
  #passed: { readonly counted: number; readonly told: number }
  /** When it ended because of a row, and that row: null if it has left the rows. */
  closedMs: number | null
  #endRow: ArcRow | null = null
  #told: Finding | null = null
  #toldReachKm = 0
  #isStale = true

  private constructor(saved: SavedArc, entry: ArcRow | null, terms: WideningArcParameters) {
    const { areas, reachKm, counted, told, support, closedMs } = saved
    this.#terms = terms
    this.#many = manyOf(terms)
    this.#saved = saved
    this.#marks = [...saved.marks]
    this.#countries = [...saved.countries]
    this.#areas = [...saved.areasTold]
    this.#isToldArea = new Set(saved.areasTold)
    this.#triggers = new EvidenceLog(saved.triggers)
    this.#support = new EvidenceLog({ kept: support, omitted: 0 })
    this.#named = support.map(() => null)
    this.#passed = { counted, told }
    this.closedMs = closedMs
    this.#gaps.push({ row: entry, untilMs: saved.spreadUntilMs, back: entry })
    this.#addStep(
      entry,
      { reasons: [], countries: [], areas, reachKm, strictest: null },
      saved.hidden
    )
  }

  /** A new arc that begins at a row, with the attacks of its window in order of the fold. */
  static entered(
    row: ArcRow,
    attacks: readonly ArcRow[],
    seen: Pick<ArcChange, 'areas' | 'reachKm'> & { readonly isMany: boolean },
    terms: WideningArcParameters
  ): ArcEpisode {
    const atMs = row.fromMs
    const incidents = attacks.map(({ incident }) => incident)
    const triggers = evidenceOf(incidents)
    const saved: SavedArc = {
      drill: attacks.some(({ incident }) => incident.drill),
      fromMs: attacks.reduce(
        (least, { fromMs }) => Math.min(least, fromMs),
        Number.POSITIVE_INFINITY
      ),
      enteredMs: atMs,
      closedMs: null,
      spreadUntilMs: atMs,
      countries: countriesOf(attacks.flatMap(({ hits }) => hits)),
      marks: seen.isMany ? [{ atMs, reason: manyOf(terms) }] : [],
      areas: seen.areas,
      reachKm: seen.reachKm,
      areasTold: [...new Set(triggers.kept.flatMap(areaCodes))],
      hidden: noneBeside(incidents),
      triggers,
      support: [],
      counted: 0,
      told: 0
    }
    return new ArcEpisode(saved, row, terms)
  }

  static restored(saved: SavedArc, terms: WideningArcParameters): ArcEpisode {
    return new ArcEpisode(saved, null, terms)
  }

  /** Null if it lies before the rows. */
  get entry(): ArcRow | null {
    return (this.#steps[0] as ArcStep).row
  }

  get isPast(): boolean {
    return this.closedMs !== null && this.#endRow === null
  }

  /** True if the spread has not been gone since the last row that held it. */
  get isHolding(): boolean {
    return (this.#gaps.at(-1) as Gap).back !== null
  }

  /** Until when the spread held, where it is gone. */
  get spreadUntilMs(): number {
    return (this.#gaps.at(-1) as Gap).untilMs
  }

  get last(): ArcStep {
    return this.#steps.at(-1) as ArcStep
  }

  /** The spread is gone at a row: until when it had held. */
  isGone(row: ArcRow, untilMs: number): void {
    this.#gaps.push({ row, untilMs, back: null })
  }

  /** The spread holds at a row. */
  holds(row: ArcRow): void {
    if (!this.isHolding) this.#gaps.push({ ...(this.#gaps.pop() as Gap), back: row })
  }

  close(row: ArcRow): void {
    this.closedMs = this.spreadUntilMs + this.#terms.leaveDays * dayMs
    this.#endRow = row
    this.#isStale = true
  }

  /**
   * What a row of the spread changes; null if it adds no areas at once, area, country or whole
   * kilometre.
   */
  changeBy({ hits, countries: hit }: ArcRow, areas: number, seen: WindowSeen): ArcChange | null {
    const { areasMin, escalateAreas } = this.#terms
    const { last } = this
    const countries = hit.filter(country => !this.#countries.includes(country))
    const isMany =
      areas >= escalateAreas && !this.#marks.some(({ reason }) => reason === this.#many)
    const isMore = areas >= areasMin && (last.areas === null || areas > last.areas)
    const reachKm = Math.round(seen.farthestKm(last.reachKm + belowHalf))
    const isWider = countries.length > 0 || isMany || isMore || reachKm > last.reachKm
    if (!isWider && hits.every(({ admin1 }) => this.#isToldArea.has(admin1))) return null
    const reasons = [
      ...(isMany ? [this.#many] : []),
      ...countries.map(country => `reached ${countryName(country)}`)
    ]
    const strictest = isMany || isMore || reachKm > last.reachKm ? seen.strictest() : null
    return { reasons, countries, areas: isMore ? areas : last.areas, reachKm, strictest }
  }

  widen(row: ArcRow, change: ArcChange): void {
    const { incident } = row
    const before = this.last.hidden
    const { strictest } = change
    const hidden =
      strictest === null ? withTrigger(before, incident) : telling(before, incident, [strictest])
    if (this.#triggers.add(incident)) this.#tell(incident)
    if (hidden.named.length > before.named.length) this.#tell(strictest as Incident)
    for (const reason of change.reasons) this.#marks.push({ atMs: row.fromMs, reason })
    this.#countries.push(...change.countries)
    this.#addStep(row, change, hidden)
    this.#isStale = true
  }

  #tell(trigger: Incident): void {
    const areas = new Set(areaCodes(trigger))
    for (const area of areas) if (!this.#isToldArea.has(area)) this.#areas.push(area)
    for (const area of areas) this.#isToldArea.add(area)
  }

  /**
   * True if its finding is another by it: further ones are only counted, and told with the next
   * change.
   */
  support(row: ArcRow): boolean {
    if (!this.#support.namesMore(row.incident)) return false
    this.#support.add(row.incident, true)
    this.#named.push(row)
    this.#isStale = true
    return true
  }

  #addStep(row: ArcRow | null, change: ArcChange, hidden: HiddenCount): void {
    const { areas, reachKm } = change
    const [marks, countries, areasTold] = [
      this.#marks.length,
      this.#countries.length,
      this.#areas.length
    ]
    this.#steps.push({
      row,
      change,
      areas,
      reachKm,
      marks,
      countries,
      areasTold,
      hidden,
      triggers: this.#triggers.mark
    })
  }

  /** The greatest distance before a row; null if not all of its areas and countries were told. */
  reachBefore(rows: ArcRows, index: number, hits: readonly Hit[]): number | null {
    const { areasTold, countries, reachKm } = this.#steps[
      this.#stepsBefore(rows, index) - 1
    ] as ArcStep
    const isTold = (list: readonly string[], most: number, text: string) =>
      list.lastIndexOf(text, most - 1) !== -1 && most > 0
    for (const { admin1, country } of hits) {
      if (!isTold(this.#areas, areasTold, admin1)) return null
      if (country !== null && !isTold(this.#countries, countries, country)) return null
    }
    return reachKm
  }

  /** True if it began, and all of its gaps had ended, before a row. */
  isSteadySince(rows: ArcRows, index: number): boolean {
    const { row, back } = this.#gaps.at(-1) as Gap
    return (
      back !== null &&
      rows.isBefore(this.entry, index) &&
      rows.isBefore(row, index) &&
      rows.isBefore(back, index)
    )
  }

  /**
   * True if all that it names as support comes before a row, and one more would only be counted.
   */
  countsOnly(rows: ArcRows, index: number, { incident }: ArcRow): boolean {
    return rows.isBefore(this.#named.at(-1) ?? null, index) && !this.#support.namesMore(incident)
  }

  /**
   * True if nothing widened it from a row on, and no window of so many areas would: it has had as
   * many at once.
   */
  staysAsWide(rows: ArcRows, index: number, areas: number): boolean {
    const { last } = this
    return rows.isBefore(last.row, index) && last.areas !== null && areas <= last.areas
  }

  /**
   * True if no number can hide behind a row: nothing was told after it, or the triggers are as
   * strict.
   */
  isUntoldBy(rows: ArcRows, index: number, { incident }: ArcRow): boolean {
    const [{ hidden }] = this.#steps as [ArcStep]
    return maySee(hidden.handling, incident.handling) || rows.isBefore(this.last.row, index)
  }

  /** True if a row made it, or is named in it. */
  restsOn(row: ArcRow): boolean {
    return this.#named.includes(row) || this.#steps.some(step => step.row === row)
  }

  /** The number of rows from an index on has changed. True if its finding is another. */
  recount(rows: ArcRows, index: number): boolean {
    if (!this.#isStale && this.#told?.toMs === null && rows.isBefore(this.last.row, index))
      return false
    this.#isStale = true
    return true
  }

  /** As it was before the row with an index. */
  before(rows: ArcRows, index: number): ArcEpisode {
    const steps = this.#steps.slice(0, this.#stepsBefore(rows, index))
    const { marks, countries, areasTold, hidden, triggers } = steps.at(-1) as ArcStep
    const named = this.#named.filter(row => rows.isBefore(row, index))
    const saved: SavedArc = {
      ...this.#saved,
      ...this.#passed,
      areas: null,
      reachKm: 0,
      closedMs: null,
      spreadUntilMs: this.spreadUntilMs,
      countries: this.#countries.slice(0, countries),
      marks: this.#marks.slice(0, marks),
      areasTold: this.#areas.slice(0, areasTold),
      hidden,
      triggers: this.#triggers.at(triggers),
      support: this.#support.current.kept.slice(0, named.length)
    }
    const copy = new ArcEpisode(saved, this.entry, this.#terms)
    copy.#steps.splice(0, 1, ...steps)
    copy.#named.splice(0, named.length, ...named)
    const gaps = this.#gaps.filter(({ row }) => rows.isBefore(row, index))
    copy.#gaps.splice(
      0,
      1,
      ...gaps.map(gap => (rows.isBefore(gap.back, index) ? gap : { ...gap, back: null }))
    )
    copy.#told = this.#told
    copy.#toldReachKm = this.#toldReachKm
    return copy
  }

  /** True if after a row, at which the spread holds, the same rows widen both. */
  goesOnAs(other: ArcEpisode, rows: ArcRows, index: number): boolean {
    const steps = other.#stepsThrough(rows, index)
    const [mine, theirs] = [this.last, other.#steps[steps - 1] as ArcStep]
    if (mine.areas !== theirs.areas || mine.reachKm !== theirs.reachKm) return false
    const isMany = ({ reason }: Mark) => reason === this.#many
    if (this.#marks.some(isMany) !== other.#marks.slice(0, theirs.marks).some(isMany)) return false
    if (!haveSame(this.#countries, other.#countries.slice(0, theirs.countries))) return false
    if (!haveSame(this.#areas, other.#areas.slice(0, theirs.areasTold))) return false
    // Areas of triggers that are only counted are not told: beyond the limit both must have named
    // the same.
    const most = Math.max(mine.triggers.named, theirs.triggers.named) + other.#steps.length - steps
    return (
      most <= evidenceMax || areSame(this.#triggers.named, other.#triggers.at(theirs.triggers).kept)
    )
  }

  /** Goes on after a row as another did. */
  goOnAs(other: ArcEpisode, rows: ArcRows, index: number): void {
    const later = other.#steps.slice(other.#stepsThrough(rows, index))
    for (const { row, change } of later) this.widen(row as ArcRow, change)
    const named = other.#named.findIndex(row => !rows.cameBefore(row, index + 1))
    const before = named === -1 ? other.#named : other.#named.slice(0, named)
    if (!areSame(this.#named, before))
      this.#nameAlong(rows, index + 1, other.#endIn(rows), new Set(later.map(({ row }) => row)))
    else for (const row of other.#named.slice(before.length)) this.support(row as ArcRow)
    for (const gap of other.#gaps) if (!rows.cameBefore(gap.row, index + 1)) this.#gaps.push(gap)
    this.closedMs = other.closedMs
    this.#endRow = other.#endRow
  }

  #nameAlong(
    rows: ArcRows,
    start: number,
    end: number,
    widening: ReadonlySet<ArcRow | null>
  ): void {
    for (let at = start; at < end; at++) {
      const row = rows.all[at] as ArcRow
      if (!widening.has(row)) this.support(row)
    }
  }

  #stepsBefore(rows: ArcRows, index: number): number {
    let count = this.#steps.length
    while (count > 1 && !rows.isBefore((this.#steps[count - 1] as ArcStep).row, index)) count -= 1
    return count
  }

  #stepsThrough(rows: ArcRows, index: number): number {
    return this.#steps.findLastIndex(({ row }) => rows.cameBefore(row, index + 1)) + 1
  }

  /** The index of the row that ended it, or of the end. */
  #endIn(rows: ArcRows): number {
    if (this.isPast) return rows.passed
    return this.#endRow === null ? rows.all.length : rows.indexOf(this.#endRow)
  }

  /** True if it ended before a row. */
  isEndedBefore(rows: ArcRows, index: number): boolean {
    return this.closedMs !== null && rows.isBefore(this.#endRow, index)
  }

  /** Support before a row that is only counted. */
  #countedBefore(rows: ArcRows, index: number): number {
    const start = this.entry === null ? rows.passed : rows.indexOf(this.entry) + 1
    const isIn = (row: ArcRow | null) => row !== null && rows.isBefore(row, index)
    const widening = this.#stepsBefore(rows, index) - 1
    const named = this.#named.filter(isIn).length
    return (
      this.#passed.counted + Math.max(0, index - start) - (index > start ? widening + named : 0)
    )
  }

  /** The rows before an index leave next. `untilMs`: until when the spread holds there. */
  pass(rows: ArcRows, index: number, untilMs: () => number): void {
    if (this.isPast || !rows.isBefore(this.entry, index)) return
    const count = this.#stepsBefore(rows, index)
    const step = this.#steps[count - 1] as ArcStep
    const told =
      step.row === null ? this.#passed.told : this.#countedBefore(rows, rows.indexOf(step.row))
    this.#passed = { counted: this.#countedBefore(rows, Math.min(index, this.#endIn(rows))), told }
    this.#steps.splice(0, count, {
      ...step,
      row: null,
      change: { ...step.change, reasons: [], countries: [] }
    })
    for (const [i, row] of this.#named.entries())
      if (rows.isBefore(row, index)) this.#named[i] = null
    if (this.closedMs !== null && rows.isBefore(this.#endRow, index)) this.#endRow = null
    this.#passGaps(rows, index, untilMs)
  }

  #passGaps(rows: ArcRows, index: number, untilMs: () => number): void {
    const count = this.#gaps.findLastIndex(({ row }) => rows.isBefore(row, index)) + 1
    const last = this.#gaps[count - 1] as Gap
    const next = this.#gaps[count]?.row ?? this.#endRow
    const holds = last.back !== null && rows.isBefore(last.back, index)
    let back = holds ? null : last.back
    // Where the spread goes on, it holds at the next hit.
    if (holds && !this.isPast) {
      const row = rows.all.slice(index).find(({ hits }) => hits.length > 0)
      if (row !== undefined && (next === null || !rows.isBefore(next, rows.indexOf(row) + 1)))
        back = row
    }
    this.#gaps.splice(0, count, {
      row: null,
      untilMs: holds && !this.isPast ? untilMs() : last.untilMs,
      back
    })
  }

  /** The part of it that lies before the rows; null if none does. */
  saved(): SavedArc | null {
    const [first] = this.#steps as [ArcStep]
    if (first.row !== null) return null
    return {
      ...this.#saved,
      ...this.#passed,
      areas: first.areas,
      reachKm: first.reachKm,
      closedMs: this.isPast ? this.closedMs : null,
      spreadUntilMs: (this.#gaps[0] as Gap).untilMs,
      countries: this.#countries.slice(0, first.countries),
      marks: this.#marks.slice(0, first.marks),
      areasTold: this.#areas.slice(0, first.areasTold),
      hidden: first.hidden,
      triggers: this.#triggers.at(first.triggers),
      support: this.#support.current.kept.filter((_, i) => this.#named[i] === null)
    }
  }

  /** Its finding, ended at `toMs` or open; the same object while nothing in it has changed. */
  finding(rows: ArcRows, toMs: number | null): Finding {
    const told = this.#told
    if (told !== null && !this.#isStale && told.toMs === toMs) return told
    const { last } = this
    const toldOf = () =>
      last.row === null ? this.#passed.told : this.#countedBefore(rows, rows.indexOf(last.row))
    const counted =
      toMs === null
        ? toldOf()
        : this.isPast
          ? this.#passed.counted
          : this.#countedBefore(rows, this.#endIn(rows))
    const { areas, reachKm } = last
    const omitted = this.#triggers.omitted + counted
    const evidence = evidenceWith(last.hidden, {
      triggers: this.#triggers.named,
      support: this.#support.named,
      omitted
    })
    const made = describeArc(
      { ...this.#saved, ...evidence, toMs, marks: this.#marks, areas, reachKm },
      this.#terms
    )
    this.#isStale = false
    if (told === null || this.#toldReachKm !== last.reachKm || !areAlike(told, made))
      this.#told = made
    this.#toldReachKm = last.reachKm
    return this.#told as Finding
  }
}

/** Kilometres that are rounded down. */
const belowHalf = 0.4

/** True if two lists without repetition have the same texts. */
function haveSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => b[i] === text || b.includes(text))
}
