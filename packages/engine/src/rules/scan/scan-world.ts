// Reports, scores and situations of one kind: the real ones, or those of drills. All of it is a
// function of the set of reports: a report that comes late, changes or goes has the effect that it
// would have had in time.
//
// I1  A score depends on the reports within twice the widest radius of its window, on the usual rates
//     of those within the radius, and on the activity factor of its epoch. A change of one of them
//     makes it dirty.
// I2  Factor and curve of an epoch depend on the reports before its first day, and on their rates.
// I3  Situations are replayed from the first day that has changed.
// I4  Reports before the frozen day are not scored again, and situations not replayed from there on:
//     the reports that they depend on may be gone.

import { never } from '../../data/time.ts'
import {
  binCount,
  ChanceCurve,
  computeActivityFactor,
  computeHistogramDays,
  findBin,
  findEpoch
} from '../significance/calibration.ts'
import {
  baseDays,
  clusterRate,
  discCount,
  epochDays,
  radiiKm,
  warmingDays,
  widestKm,
  windowDays
} from '../significance/method.ts'
import { computeScore, listInDisc, type Score, type Surroundings } from '../significance/score.ts'
import { type Situation, Situations, type Trigger } from '../significance/situations.ts'
import { computeBaseDays, writeUsualRates } from '../significance/usual-rates.ts'
import { baseReach, countsPerReport, ReportIndex, type ReportSpot } from './report-index.ts'

interface Epoch {
  factor: number
  /** Null until it is needed, or once it is outdated. */
  curve: ChanceCurve | null
}

/** The reports before a day, and the epochs that began before it. */
export interface WorldCheckpoint {
  readonly firstDay: number
  /** For each report: the row, its column of the histogram, and its numbers. */
  readonly rows: Int32Array
  readonly epochs: readonly (readonly [number: number, factor: number])[]
}

const unknownBin = -1

export class ScanWorld {
  readonly index: ReportIndex
  readonly situations: Situations
  /** By report: the score, and the column of the histogram. */
  readonly #scores: number[] = []
  readonly #bins: number[] = []
  readonly #epochs = new Map<number, Epoch>()
  readonly #dirty = new Set<number>()
  /** Reports with other numbers: the scores around them are dirty. */
  readonly #counted = new Set<number>()
  /** The first day that has changed, for epochs and for situations. */
  #epochsFrom = never
  #replayFrom = never
  #firstDay = never
  readonly #around: ReportSurroundings
  readonly #onCounted = (row: number) => this.#markCounted(row)

  constructor(budget: number, readId: (row: number) => string) {
    this.index = new ReportIndex(readId)
    this.situations = new Situations(budget)
    this.#around = new ReportSurroundings(this.index)
  }

  add(row: number, spot: ReportSpot): void {
    this.index.add(row, spot, this.#onCounted)
    this.#bins[row] = unknownBin
    this.#markChanged(row)
  }

  remove(row: number): void {
    this.#markChanged(row)
    this.index.remove(row, this.#onCounted)
    this.#forget(row)
  }

  /** The numbers of a report have changed. */
  #markCounted(row: number): void {
    this.#bins[row] = unknownBin
    this.#counted.add(row)
  }

  #markChanged(row: number): void {
    const day = this.index.getDay(row)
    this.#markScores(row, 2 * widestKm)
    this.#epochsFrom = Math.min(this.#epochsFrom, day)
    this.#replayFrom = Math.min(this.#replayFrom, day)
  }

  /** Marks the scores that a report may concern: its own, and those of later reports. (I1) */
  #markScores(row: number, km: number): void {
    const { index } = this
    const day = index.getDay(row)
    index.visitNear(row, km, day, day + windowDays - 1, other => {
      if (index.compare(row, other) <= 0) this.#dirty.add(other)
    })
  }

  /** The log begins on another day: all is new that depends on it. */
  setFirstDay(firstDay: number): void {
    const before = this.#firstDay
    if (firstDay === before) return
    this.#firstDay = firstDay
    const last = before === never ? firstDay : Math.max(before, firstDay)
    for (const row of this.index.listDays(0, last + baseReach)) {
      this.#bins[row] = unknownBin
      this.#dirty.add(row)
    }
    this.#epochsFrom = 0
    this.#replayFrom = 0
  }

  /** Scores as many of the dirty reports. True if some are left. */
  scoreSome(count: number, frozenDay: number): boolean {
    this.#refreshEpochs()
    for (const row of this.#counted) this.#markScores(row, widestKm)
    this.#counted.clear()
    let left = count
    for (const row of this.#dirty) {
      if (left === 0) return true
      this.#dirty.delete(row)
      if (this.index.getDay(row) < frozenDay) continue
      this.#scores[row] = this.computeScore(row).byWindow[windowDays - 1]!
      left -= 1
    }
    return false
  }

  /** Brings the situations up to date. Returns those with steps since the first changed day. */
  refresh(frozenDay: number): ReadonlySet<Situation> {
    const touched = new Set<Situation>()
    if (this.#replayFrom === never) return touched
    this.scoreSome(never, frozenDay)
    const from = Math.max(this.#replayFrom, frozenDay) // I4
    this.#replayFrom = never
    const { index, situations } = this
    for (const one of situations.all) if (one.last.trigger.day >= from) touched.add(one)
    situations.truncate(from) // I3
    for (let i = index.findFrom(index.order, from); i < index.order.length; i++) {
      const trigger = this.#findTrigger(index.order[i]!)
      if (trigger !== null) touched.add(situations.apply(trigger))
    }
    return touched
  }

  /** Recomputes the factors that a change may concern. (I2) */
  #refreshEpochs(): void {
    const from = this.#epochsFrom
    if (from === never) return
    this.#epochsFrom = never
    for (const [number, epoch] of this.#epochs) {
      const startDay = number * epochDays
      if (startDay <= from) continue
      epoch.curve = null
      const factor = this.#computeFactor(startDay)
      if (factor === epoch.factor) continue
      epoch.factor = factor
      for (const row of this.index.listDays(startDay, startDay + epochDays - 1)) {
        this.#bins[row] = unknownBin
        this.#dirty.add(row)
      }
    }
  }

  #computeFactor(startDay: number): number {
    const count = (from: number, until: number) => this.index.countDays(from, until)
    return computeActivityFactor(count, this.#firstDay, startDay)
  }

  #getEpoch(number: number): Epoch {
    const known = this.#epochs.get(number)
    if (known !== undefined) return known
    const epoch = { factor: this.#computeFactor(number * epochDays), curve: null }
    this.#epochs.set(number, epoch)
    return epoch
  }

  getFactor(day: number): number {
    return this.#getEpoch(findEpoch(day)).factor
  }

  getCurve(day: number): ChanceCurve {
    const number = findEpoch(day)
    const epoch = this.#getEpoch(number)
    epoch.curve ??= this.#computeCurve(number * epochDays)
    return epoch.curve
  }

  #computeCurve(startDay: number): ChanceCurve {
    const { index } = this
    const counts = new Int32Array(binCount)
    const end = index.findFrom(index.order, startDay)
    for (let i = index.findFrom(index.order, startDay - baseDays); i < end; i++)
      counts[this.#findBin(index.order[i]!)]! += 1
    return new ChanceCurve(counts, computeHistogramDays(startDay, this.#firstDay))
  }

  #findBin(row: number): number {
    if (this.#bins[row] === unknownBin) this.#bins[row] = findBin(this.computeUsualRate(row))
    return this.#bins[row]!
  }

  /** The usual rate within the widest radius, with the activity factor. */
  computeUsualRate(row: number): number {
    return this.listRates(row)[discCount - 1]! * this.getFactor(this.index.getDay(row))
  }

  /** The usual rates of the discs around a report. The list is used again for the next one. */
  listRates(row: number): Float64Array {
    return this.#around.writeRates(row, this.#firstDay)
  }

  getScore(row: number): number {
    return this.#scores[row]!
  }

  computeScore(row: number): Score {
    this.#around.load(row, this.#firstDay)
    return computeScore(this.#around, this.getFactor(this.index.getDay(row)))
  }

  #findTrigger(row: number): Trigger | null {
    const { index, situations } = this
    const day = index.getDay(row)
    if (this.#scores[row] === Number.NEGATIVE_INFINITY || day < this.#firstDay + warmingDays)
      return null
    const curve = this.getCurve(day)
    if (!situations.isRare(curve.computeLogYears(this.#scores[row]!))) return null
    const { byWindow, best } = this.computeScore(row)
    const { disc, days, count, rate } = best!
    const members = listInDisc(this.#around, best!).map(i => this.#around.rows[i]!)
    const surplus = this.#scores[row]! - curve.findScore(situations.leastLogYears)
    const { lat, lon } = index.getMain(row)
    const leastCount = Math.ceil(count - surplus / Math.log(1 + clusterRate / rate))
    return {
      row,
      day,
      lat,
      lon,
      logYears: byWindow.map(one => curve.computeLogYears(one)),
      members,
      firstDay: Math.min(...members.map(one => index.getDay(one))),
      disc: { radiusKm: radiiKm[disc]!, days, count, rate, leastCount: Math.max(2, leastCount) }
    }
  }

  /** Removes reports that can no longer change: the numbers of others stay. */
  evict(row: number): void {
    this.index.unfile(row)
    this.#forget(row)
  }

  #forget(row: number): void {
    this.#dirty.delete(row)
    this.#counted.delete(row)
  }

  exportCheckpoint(frozenDay: number): WorldCheckpoint {
    const { index } = this
    const rows = index.listDays(0, frozenDay - 1).flatMap(row => {
      return [row, this.#findBin(row), ...index.getCounts(row)]
    })
    const epochs = [...this.#epochs]
      .filter(([number]) => number * epochDays < frozenDay)
      .map(([number, { factor }]) => [number, factor] as const)
    return { firstDay: this.#firstDay, rows: Int32Array.from(rows), epochs }
  }

  loadCheckpoint(
    spots: readonly (readonly [row: number, spot: ReportSpot])[],
    { firstDay, rows, epochs }: WorldCheckpoint
  ): void {
    const { index } = this
    this.#firstDay = firstDay
    this.#replayFrom = 0
    for (const [number, factor] of epochs) this.#epochs.set(number, { factor, curve: null })
    for (const [row, spot] of spots.toSorted((a, b) => a[1].day - b[1].day)) index.file(row, spot)
    const width = 2 + countsPerReport
    for (let at = 0; at < rows.length; at += width) {
      const row = rows[at]!
      this.#bins[row] = rows[at + 1]!
      index.getCounts(row).set(rows.subarray(at + 2, at + width))
    }
    for (const [row] of spots) {
      if (this.#bins[row] !== undefined) continue
      this.#bins[row] = unknownBin
      index.countBase(row)
      this.#dirty.add(row)
    }
  }

  evictEpochsBefore(day: number): void {
    for (const number of this.#epochs.keys())
      if ((number + 1) * epochDays <= day) this.#epochs.delete(number)
  }
}

/** The reports around one, newest first. One object is used again and again. */
class ReportSurroundings implements Surroundings {
  rows: readonly number[] = []
  readonly #index: ReportIndex
  #day = 0
  #firstDay = 0
  readonly #rates = new Float64Array(discCount)
  #ratesOf = -1

  constructor(index: ReportIndex) {
    this.#index = index
  }

  get size(): number {
    return this.rows.length
  }

  load(row: number, firstDay: number): void {
    const index = this.#index
    this.#day = index.getDay(row)
    this.#firstDay = firstDay
    this.#ratesOf = -1
    const rows: number[] = []
    index.visitNear(row, 2 * widestKm, this.#day - windowDays + 1, this.#day, other => {
      if (index.compare(other, row) <= 0) rows.push(other)
    })
    this.rows = rows.sort((a, b) => index.compare(b, a))
  }

  getAge(i: number): number {
    return this.#day - this.#index.getDay(this.rows[i]!)
  }

  getKm(a: number, b: number): number {
    return this.#index.computeKm(this.rows[a]!, this.rows[b]!)
  }

  getRate(i: number, disc: number): number {
    if (this.#ratesOf !== i) this.writeRates(this.rows[i]!, this.#firstDay)
    this.#ratesOf = i
    return this.#rates[disc]!
  }

  writeRates(row: number, firstDay: number): Float64Array {
    const index = this.#index
    const days = computeBaseDays(index.getDay(row), firstDay)
    this.#ratesOf = -1
    writeUsualRates(index.getCounts(row), days, index.getMain(row).lat, this.#rates)
    return this.#rates
  }
}
