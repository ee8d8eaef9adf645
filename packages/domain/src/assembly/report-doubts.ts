// Which reports may be of one incident although they do not join: an attack dated to an interval,
// and others of its place within those days. Only attacks with deaths count, and days are compared
// only with intervals, so a new report of one day costs only the intervals around it. Crowds are
// counted per handling, so that they do not depend on hidden reports.

import type { ReportView } from '../incident/incident.ts'
import { doubtsMax, isInterval } from '../incident/possible-duplicates.ts'
import { handlings } from '../report/handling.ts'
import { mayBeOne, mayHaveDoubts } from './pair-score.ts'
import { ReportCells } from './report-cells.ts'

/** The doubts of one report, among reports up to one handling. */
interface Doubts {
  /** Empty if there are more than `doubtsMax`. */
  readonly others: ReadonlySet<string>
  readonly count: number
}

/** By handling, the least strict first. */
type Levels = readonly Doubts[]

const nobody: ReadonlySet<string> = new Set()
const none: Doubts = { others: new Set(), count: 0 }
const noneAtAll: Levels = handlings.map(() => none)

export class ReportDoubts {
  readonly #views = new Map<string, ReportView>()
  readonly #days = new ReportCells()
  readonly #intervals = new ReportCells()
  #intervalCount = 0
  /** Computed on first use: most reports are never asked again. */
  readonly #known = new Map<string, Levels>()

  /** Adds a report. Gives the others whose doubts changed. */
  add(id: string, view: ReportView): ReadonlySet<string> {
    if (!mayHaveDoubts(view)) return nobody
    const stirred = new Set<string>()
    const others = this.#search(id, view)
    for (const other of others) this.#change(other, this.#of(other), id, rankOf(view), 1, stirred)
    this.#file(id, view)
    return stirred
  }

  /** Adds a report of a restored state. */
  restore(id: string, view: ReportView): void {
    if (mayHaveDoubts(view)) this.#file(id, view)
  }

  /** Removes a report. Gives the others whose doubts changed. */
  remove(id: string): ReadonlySet<string> {
    const view = this.#views.get(id)
    if (view === undefined) return nobody
    const stirred = new Set<string>()
    const before = [...this.#search(id, view)].map(other => [other, this.#of(other)] as const)
    this.#views.delete(id)
    this.#known.delete(id)
    if (isInterval(view.span)) {
      this.#intervals.remove(id, view)
      this.#intervalCount -= 1
    } else this.#days.remove(id, view)
    for (const [other, theirs] of before) this.#change(other, theirs, id, rankOf(view), -1, stirred)
    return stirred
  }

  /**
   * Reports that may be of one incident with this one; neither in a crowd, among reports no
   * stricter than the stricter of the two.
   */
  *of(id: string): Generator<string> {
    const view = this.#views.get(id)
    if (view === undefined) return
    const mine = this.#of(id)
    for (const [level, { others }] of mine.entries()) {
      for (const other of others) {
        const isOfLevel = Math.max(rankOf(view), this.#rankOf(other)) === level
        if (isOfLevel && !isCrowd(this.#of(other)[level] as Doubts)) yield other
      }
    }
  }

  #file(id: string, view: ReportView): void {
    this.#views.set(id, view)
    if (isInterval(view.span)) {
      this.#intervals.file(id, view)
      this.#intervalCount += 1
    } else this.#days.fileLater(id, view)
  }

  /**
   * Adds or removes one doubt of a report. If its count crosses the limit, all its doubts change.
   */
  #change(
    id: string,
    before: Levels,
    other: string,
    rank: number,
    by: 1 | -1,
    stirred: Set<string>
  ): void {
    const own = this.#rankOf(id)
    const now = before.map((was, level) => {
      if (level < Math.max(own, rank)) return was
      const count = was.count + by
      if (count > doubtsMax) return { ...none, count }
      // A report that was in a crowd is searched again; the other one is already removed.
      const others = isCrowd(was) ? this.#searchUpTo(id, level) : new Set(was.others)
      if (by === 1) others.add(other)
      else others.delete(other)
      return { others, count }
    })
    this.#known.set(id, now)
    for (const [level, was] of before.entries()) {
      const is = now[level] as Doubts
      if (is === was || (isCrowd(is) && isCrowd(was))) continue
      stirred.add(id)
      if (isCrowd(is) !== isCrowd(was))
        for (const one of [...was.others, ...is.others]) stirred.add(one)
    }
  }

  #of(id: string): Levels {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const view = this.#views.get(id)
    if (view === undefined) return noneAtAll
    const all = [...this.#search(id, view)]
    const levels =
      all.length === 0
        ? noneAtAll
        : handlings.map((_, level) => {
            const others =
              level < rankOf(view) ? [] : all.filter(other => this.#rankOf(other) <= level)
            return others.length > doubtsMax
              ? { ...none, count: others.length }
              : { others: new Set(others), count: others.length }
          })
    this.#known.set(id, levels)
    return levels
  }

  #rankOf(id: string): number {
    return rankOf(this.#views.get(id) as ReportView)
  }

  #searchUpTo(id: string, level: number): Set<string> {
    const others = [...this.#search(id, this.#views.get(id) as ReportView)]
    return new Set(others.filter(other => this.#rankOf(other) <= level))
  }

  #search(id: string, view: ReportView): Set<string> {
    const others = new Set<string>()
    const meet = (other: string) => {
      if (
        other !== id &&
        !others.has(other) &&
        mayBeOne(view, this.#views.get(other) as ReportView)
      )
        others.add(other)
    }
    if (this.#intervalCount > 0) this.#intervals.eachAround(view, meet)
    if (isInterval(view.span)) this.#days.eachAround(view, meet)
    return others
  }
}

function rankOf({ revision }: ReportView): number {
  return handlings.indexOf(revision.handling)
}

/** With that many candidates it counts as none of them. */
function isCrowd({ count }: Doubts): boolean {
  return count > doubtsMax
}
