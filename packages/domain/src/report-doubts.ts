// Which reports may be of one incident although nothing joins them: an attack known by an interval of days, and what else was told of its place in those
// days. Only attacks with dead are looked at, and days only against intervals: one more report of a day costs what there is of intervals around it.

import { handlings } from './handling.ts'
import type { ReportView } from './incident.ts'
import { mayBeOne, mayHaveDoubts } from './pair-score.ts'
import { ReportCells } from './report-cells.ts'
import { doubtsMax, isInterval } from './told-twice.ts'

interface Doubts {
  /** None where there are more than `doubtsMax`. */
  readonly others: ReadonlySet<string>
  readonly count: number
}

const none: Doubts = { others: new Set(), count: 0 }

/** Doubts by who may know of them: what a crowd is must not hang on reports that those who see it may not see. */
export class ReportDoubts {
  /** At each level the reports of that handling and below. */
  readonly #levels = handlings.map(() => new LevelDoubts())
  readonly #ranks = new Map<string, number>()

  /** Takes a report in. Gives those whose doubts are others than before, itself left out. */
  add(id: string, view: ReportView): Set<string> {
    const stirred = new Set<string>()
    if (!mayHaveDoubts(view)) return stirred
    const rank = handlings.indexOf(view.revision.handling)
    this.#ranks.set(id, rank)
    for (const level of this.#levels.slice(rank)) for (const other of level.add(id, view)) stirred.add(other)
    return stirred
  }

  /** Takes in a report of a saved state. */
  restore(id: string, view: ReportView): void {
    if (!mayHaveDoubts(view)) return
    const rank = handlings.indexOf(view.revision.handling)
    this.#ranks.set(id, rank)
    for (const level of this.#levels.slice(rank)) level.restore(id, view)
  }

  /** Takes a report out. Gives those whose doubts are others than before. */
  remove(id: string): Set<string> {
    const stirred = new Set<string>()
    const rank = this.#ranks.get(id)
    if (rank === undefined) return stirred
    for (const level of this.#levels.slice(rank)) for (const other of level.remove(id)) stirred.add(other)
    this.#ranks.delete(id)
    return stirred
  }

  /** Those that may be of one incident with a report; of neither in a crowd, among reports no stricter than the stricter of the two. */
  *of(id: string): Generator<string> {
    const rank = this.#ranks.get(id)
    if (rank === undefined) return
    for (let level = rank; level < this.#levels.length; level++) {
      for (const other of (this.#levels[level] as LevelDoubts).of(id)) {
        if (Math.max(rank, this.#ranks.get(other) as number) === level) yield other
      }
    }
  }
}

/** The doubts of the reports of one level. */
class LevelDoubts {
  readonly #views = new Map<string, ReportView>()
  readonly #days = new ReportCells()
  readonly #intervals = new ReportCells()
  /** Looked for when they are first asked for: most reports are never asked again. */
  readonly #known = new Map<string, Doubts>()

  add(id: string, view: ReportView): Set<string> {
    const stirred = new Set<string>()
    const others = this.#search(id, view)
    for (const other of others) {
      const theirs = this.#of(other)
      const more = { others: new Set(isCrowd(theirs) ? [] : theirs.others).add(id), count: theirs.count + 1 }
      this.#set(other, more, theirs, stirred)
    }
    this.#views.set(id, view)
    this.#shelfOf(view).file(id, view)
    this.#known.set(id, doubtsOf(others))
    return stirred
  }

  restore(id: string, view: ReportView): void {
    this.#views.set(id, view)
    this.#shelfOf(view).fileLater(id, view)
  }

  remove(id: string): Set<string> {
    const stirred = new Set<string>()
    const view = this.#views.get(id)
    if (view === undefined) return stirred
    const before = [...this.#search(id, view)].map(other => [other, this.#of(other)] as const)
    this.#shelfOf(view).remove(id, view)
    this.#views.delete(id)
    this.#known.delete(id)
    for (const [other, theirs] of before) {
      const count = theirs.count - 1
      const isCounted = isCrowd(theirs) && count <= doubtsMax
      const others = isCounted ? this.#search(other, this.#views.get(other) as ReportView) : without(theirs.others, id)
      this.#set(other, { others, count }, theirs, stirred)
    }
    return stirred
  }

  *of(id: string): Generator<string> {
    for (const other of this.#of(id).others) if (!isCrowd(this.#of(other))) yield other
  }

  /** One whose doubts cross the limit stands for others, or no longer does: all of them are stirred. */
  #set(id: string, now: Doubts, before: Doubts, stirred: Set<string>): void {
    this.#known.set(id, isCrowd(now) ? { ...none, count: now.count } : now)
    if (!isCrowd(now) || !isCrowd(before)) stirred.add(id)
    if (isCrowd(now) === isCrowd(before)) return
    for (const other of [...before.others, ...now.others]) stirred.add(other)
  }

  #of(id: string): Doubts {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const view = this.#views.get(id)
    if (view === undefined) return none
    const doubts = doubtsOf(this.#search(id, view))
    this.#known.set(id, doubts)
    return doubts
  }

  #shelfOf({ span }: ReportView): ReportCells {
    return isInterval(span) ? this.#intervals : this.#days
  }

  #search(id: string, view: ReportView): Set<string> {
    const others = new Set<string>()
    const meet = (other: string) => {
      if (other !== id && !others.has(other) && mayBeOne(view, this.#views.get(other) as ReportView)) others.add(other)
    }
    this.#intervals.eachAround(view, meet)
    if (isInterval(view.span)) this.#days.eachAround(view, meet)
    return others
  }
}

function doubtsOf(others: ReadonlySet<string>): Doubts {
  return others.size > doubtsMax ? { ...none, count: others.size } : { others, count: others.size }
}

/** It may be so many that it is taken for none of them. */
function isCrowd({ count }: Doubts): boolean {
  return count > doubtsMax
}

function without(ids: ReadonlySet<string>, gone: string): ReadonlySet<string> {
  const left = new Set(ids)
  left.delete(gone)
  return left
}
