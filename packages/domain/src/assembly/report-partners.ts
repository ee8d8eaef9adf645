// The reports that each report could join. A report with more than `partnersMax` of them is in a crowd and joins copies and
// declared pairs only: of a crowd nothing else is stored, so that a report costs the same however many describe its village and
// day. Source: decisions 0005 and 0035.

import type { FoldWork } from '../fold/fold-work.ts'
import type { ReportView } from '../incident/incident.ts'
import type { DeclaredPartners } from './declared-partners.ts'
import { copyScore, joinScoreMin } from './pair-score.ts'
import { ReportCells } from './report-cells.ts'

/**
 * A report with more candidates than this is in a crowd: so many reports of one place and day can't be told apart, and it joins
 * copies and declared pairs only. Source: decision 0005.
 */
export const partnersMax = 200
/** Maximum number of candidates counted in a crowd: it is searched again once no more than `partnersMax` of them are left. */
const countedMax = 2 * partnersMax

interface Partners {
  /** Scores with all partners; in a crowd, with copies and declared pairs only. */
  readonly scores: Map<string, number>
  /** Number of partners; in a crowd a lower bound. */
  count: number
  readonly isCrowded: boolean
}

/** Reports whose joins may have changed. */
export type Unsettled = Set<string>

export class ReportPartners {
  readonly #reports = new Map<string, ReportView>()
  /** Computed on first use: most reports are never asked again. */
  readonly #partners = new Map<string, Partners>()
  readonly #alone = new ReportCells()
  readonly #crowded = new ReportCells()
  /** Reports in crowds, by their texts and links: copies join in a crowd too. */
  readonly #copies = new Map<string, Set<string>>()
  readonly #declared: DeclaredPartners
  readonly #scoreOf: (a: ReportView, b: ReportView) => number
  readonly #work: FoldWork

  constructor(declared: DeclaredPartners, scoreOf: (a: ReportView, b: ReportView) => number, work: FoldWork) {
    this.#declared = declared
    this.#scoreOf = scoreOf
    this.#work = work
  }

  get(id: string): ReportView | undefined {
    return this.#reports.get(id)
  }

  all(): ReportView[] {
    return [...this.#reports.values()]
  }

  has(id: string): boolean {
    return this.#reports.has(id)
  }

  /** Calls `visit` with each report that this one may join, and the score. */
  eachJoining(id: string, visit: (other: string, score: number) => void): void {
    const { scores, isCrowded } = this.#of(id)
    for (const [other, score] of scores) {
      if (score >= copyScore || !(isCrowded || this.#of(other).isCrowded)) visit(other, score)
    }
  }

  /** True if there is a report that this one may join. */
  mayJoin(id: string): boolean {
    const { scores, isCrowded } = this.#of(id)
    for (const [other, score] of scores) if (score >= copyScore || !(isCrowded || this.#of(other).isCrowded)) return true
    return false
  }

  /** Adds a report. Gives the others whose joins may change. */
  add(id: string, view: ReportView): Unsettled {
    const unsettled: Unsettled = new Set()
    this.#reports.set(id, view)
    const scores = this.#search(id, view, true)
    for (const [other, score] of scores) {
      const theirs = this.#partners.get(other)
      if (theirs === undefined) continue
      theirs.count += 1
      if (theirs.isCrowded && score < copyScore) continue
      theirs.scores.set(id, score)
      if (!theirs.isCrowded && theirs.count > partnersMax) this.#crowd(other, theirs.scores, unsettled)
    }
    this.#alone.file(id, view)
    this.#keep(id, scores)
    this.eachJoining(id, other => unsettled.add(other))
    return unsettled
  }

  /** Adds a report of a restored state; its partners are searched on first use. */
  restore(id: string, view: ReportView): void {
    this.#reports.set(id, view)
    this.#alone.fileLater(id, view)
  }

  /** Removes a report. Gives the others whose joins may change. */
  remove(id: string): Unsettled {
    const unsettled: Unsettled = new Set()
    const view = this.#reports.get(id)
    if (view === undefined) return unsettled
    this.eachJoining(id, other => unsettled.add(other))
    const { scores, isCrowded } = this.#of(id)
    const leaving: string[] = []
    const leave = (other: string) => {
      const theirs = this.#partners.get(other)
      if (theirs === undefined) return
      theirs.scores.delete(id)
      theirs.count -= 1
      if (theirs.isCrowded && theirs.count <= partnersMax) leaving.push(other)
    }
    if (isCrowded) for (const other of this.#counting(id, view)) leave(other)
    else for (const other of scores.keys()) leave(other)
    if (isCrowded) this.#leaveCrowd(id, view)
    else this.#alone.remove(id, view)
    this.#partners.delete(id)
    this.#reports.delete(id)
    for (const other of leaving) this.#lookAgain(other, unsettled)
    return unsettled
  }

  #of(id: string): Partners {
    const known = this.#partners.get(id)
    if (known !== undefined) return known
    const view = this.#reports.get(id)
    return view === undefined ? ofNobody : this.#keep(id, this.#search(id, view, false))
  }

  /** Sets the partners of a report outside crowds. */
  #keep(id: string, scores: Map<string, number>): Partners {
    const isCrowded = scores.size > partnersMax
    const partners = { scores: scores.size === 0 || !isCrowded ? scores : strongOf(scores), count: scores.size, isCrowded }
    this.#partners.set(id, partners)
    if (!isCrowded) return partners
    const view = this.#reports.get(id) as ReportView
    this.#alone.remove(id, view)
    this.#crowded.file(id, view)
    for (const key of copyKeys(view)) put(this.#copies, key, id)
    return partners
  }

  #leaveCrowd(id: string, view: ReportView): void {
    this.#crowded.remove(id, view)
    for (const key of copyKeys(view)) take(this.#copies, key, id)
  }

  /** Moves a report into a crowd. */
  #crowd(id: string, scores: Map<string, number>, unsettled: Unsettled): void {
    unsettled.add(id)
    for (const other of scores.keys()) unsettled.add(other)
    this.#keep(id, scores)
  }

  /** Checks whether a report still is in a crowd. */
  #lookAgain(id: string, unsettled: Unsettled): void {
    const view = this.#reports.get(id) as ReportView
    this.#leaveCrowd(id, view)
    this.#alone.file(id, view)
    this.#partners.delete(id)
    const { isCrowded, scores } = this.#keep(id, this.#search(id, view, false))
    if (isCrowded) return
    unsettled.add(id)
    for (const other of scores.keys()) unsettled.add(other)
  }

  /**
   * All partners of a report; in a crowd at least `countedMax` of them, with all copies and declared pairs. `isNew`: all reports
   * outside crowds must count it as well.
   */
  #search(id: string, view: ReportView, isNew: boolean): Map<string, number> {
    const scores = new Map<string, number>()
    const meet = (other: string) => {
      if (other === id || scores.has(other)) return
      const score = this.#scored(view, this.#reports.get(other) as ReportView)
      if (score >= joinScoreMin) scores.set(other, score)
    }
    const keys = copyKeys(view)
    for (const key of keys) for (const other of this.#copies.get(key) ?? []) meet(other)
    for (const other of this.#declared.of(id)) if (this.#reports.has(other)) meet(other)
    this.#alone.eachAround(view, other => {
      const isWanted = scores.size <= countedMax || keys.length > 0 || (isNew && this.#partners.has(other))
      if (isWanted) meet(other)
    })
    this.#crowded.someAround(view, other => {
      if (scores.size > countedMax) return true
      meet(other)
      return false
    })
    return scores
  }

  /** Reports that may count a report of a crowd among their partners. */
  #counting(id: string, view: ReportView): Set<string> {
    const counting = new Set<string>()
    this.#alone.eachAround(view, other => {
      if (this.#partners.get(other)?.scores.has(id)) counting.add(other)
    })
    this.#crowded.eachAround(view, other => {
      if (other === id || counting.has(other)) return
      if (this.#scored(view, this.#reports.get(other) as ReportView) >= joinScoreMin) counting.add(other)
    })
    for (const other of this.#of(id).scores.keys()) counting.add(other)
    return counting
  }

  #scored(a: ReportView, b: ReportView): number {
    if (a.revision.sourceId === b.revision.sourceId) return 0
    this.#work.pairs += 1
    return this.#scoreOf(a, b)
  }
}

const ofNobody: Partners = { scores: new Map(), count: 0, isCrowded: false }

function strongOf(scores: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...scores].filter(([, score]) => score >= copyScore))
}

function copyKeys({ revision: { narrativeKey, linkKeys } }: ReportView): readonly string[] {
  if (narrativeKey === null && linkKeys.length === 0) return none
  return [...(narrativeKey === null ? [] : [`text ${narrativeKey}`]), ...linkKeys.map(key => `link ${key}`)]
}

const none: readonly string[] = []

function put(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key)
  if (ids) ids.add(id)
  else index.set(key, new Set([id]))
}

function take(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key)
  ids?.delete(id)
  if (ids?.size === 0) index.delete(key)
}
