// The reports that each report could join. A report with more than `partnersMax` of them is in a crowd and joins copies and
// declared pairs only: of a crowd nothing else is stored, so that a report costs the same however many describe its village and
// day. Source: decisions 0005 and 0035.

import type { FoldWork } from '../fold/fold-work.ts'
import type { ReportView } from '../incident/incident.ts'
import type { DeclaredPartners } from './declared-partners.ts'
import { agreeOnPlace, copyScore, joinScoreMin } from './pair-score.ts'
import { ReportCells } from './report-cells.ts'
import { ReportCrowds } from './report-crowds.ts'
import type { Peer } from './scored-pairs.ts'
import { unsettle } from './settled-joins.ts'

/**
 * A report with more candidates than this is in a crowd: so many reports of one place and day can't be told apart, and it joins
 * copies and declared pairs only. Source: decision 0005.
 */
export const partnersMax = 200
/** Maximum number of candidates counted in a crowd: it is searched again once no more than `partnersMax` of them are left. */
const countedMax = 2 * partnersMax
/** A report with this many of its own source around it is kept with them: two reports of one source never join. */
const ofSourceMax = 32

/** Of a report without partners: most have none, and a map for each would cost more memory than the report. Never changed. */
const noScores: Map<Peer, number> = new Map()

/** Reports whose joins may have changed. */
export type Unsettled = Set<string>

const nobody: ReadonlySet<string> = new Set()

export class ReportPartners {
  readonly #peers = new Map<string, Peer>()
  readonly #alone = new ReportCells()
  readonly #crowded = new ReportCrowds(() => '')
  /** Outside crowds, further reports of sources that have told much around them. */
  readonly #repeated = new ReportCrowds(sourceOf)
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
    return this.#peers.get(id)?.view
  }

  all(): ReportView[] {
    return Array.from(this.#peers.values(), ({ view }) => view)
  }

  /** An officer declared something of it. */
  isDeclared(id: string): boolean {
    return this.#declared.of(id).length > 0
  }

  /** The present ones of some reports. */
  peersOf(ids: Iterable<string>): Peer[] {
    return Array.from(ids, id => this.#peers.get(id)).filter(peer => peer !== undefined)
  }

  /** Calls `visit` with each report that this one may join, and the score. */
  eachJoining(peer: Peer, visit: (other: Peer, score: number) => void): void {
    const { isCrowded } = peer
    for (const [other, score] of this.#scoresOf(peer)) {
      if (score >= copyScore || !(isCrowded || this.#isCrowded(other))) visit(other, score)
    }
  }

  /** The score of two reports that may join; null if they may not. */
  joinScore(one: Peer, other: Peer): number | null {
    const score = this.#scoresOf(one).get(other)
    if (score === undefined) return null
    return score >= copyScore || !(one.isCrowded || this.#isCrowded(other)) ? score : null
  }

  /** True if there is a report that this one may join. */
  mayJoin(id: string): boolean {
    const peer = this.#peers.get(id)
    if (peer === undefined) return false
    const scores = this.#scoresOf(peer)
    for (const [other, score] of scores) if (score >= copyScore || !(peer.isCrowded || this.#isCrowded(other))) return true
    return false
  }

  /** Adds a report. Gives the others whose joins may change. */
  add(id: string, view: ReportView): Unsettled {
    const unsettled: Unsettled = new Set()
    const peer = this.#begin(id, view)
    const { scores, ofSource } = this.#search(peer, true)
    for (const [other, score] of scores) {
      if (other.scores === null) continue
      other.count += 1
      if (other.isCrowded && score < copyScore) continue
      if (other.scores.size > 0) other.scores.set(peer, score)
      else other.scores = new Map([[peer, score]])
      if (!other.isCrowded && other.count > partnersMax) this.#crowd(other, other.scores, unsettled)
    }
    if (ofSource >= ofSourceMax) this.#repeated.file(id, view)
    else this.#alone.file(id, view)
    this.#keep(peer, scores)
    this.eachJoining(peer, other => unsettled.add(other.id))
    return unsettled
  }

  /** Adds a report of a restored state; its partners are searched on first use. */
  restore(id: string, view: ReportView): void {
    this.#begin(id, view)
    this.#alone.fileLater(id, view)
  }

  /** Removes a report. Gives the others whose joins may change. */
  remove(id: string): ReadonlySet<string> {
    const peer = this.#peers.get(id)
    if (peer === undefined) return nobody
    const unsettled: Unsettled = new Set()
    unsettle(peer)
    this.eachJoining(peer, other => unsettled.add(other.id))
    const leaving: Peer[] = []
    const partners = peer.isCrowded ? this.#counting(peer) : this.#scoresOf(peer).keys()
    for (const other of partners) {
      if (other.scores === null) continue
      if (other.scores.size > 0) other.scores.delete(peer)
      other.count -= 1
      if (other.isCrowded && other.count <= partnersMax) leaving.push(other)
    }
    if (peer.isCrowded) this.#leaveCrowd(peer)
    else this.#unfile(peer)
    this.#peers.delete(id)
    for (const other of leaving) this.#lookAgain(other, unsettled)
    return unsettled
  }

  #begin(id: string, view: ReportView): Peer {
    const peer: Peer = { id, view, scores: null, count: 0, isCrowded: false, place: 0, turn: 0, settled: null }
    this.#peers.set(id, peer)
    return peer
  }

  #scoresOf(peer: Peer): Map<Peer, number> {
    return peer.scores ?? this.#keep(peer, this.#search(peer, false).scores)
  }

  #isCrowded(peer: Peer): boolean {
    if (peer.scores === null) this.#scoresOf(peer)
    return peer.isCrowded
  }

  /** Sets the partners of a report outside crowds. */
  #keep(peer: Peer, scores: Map<Peer, number>): Map<Peer, number> {
    peer.count = scores.size
    peer.isCrowded = scores.size > partnersMax
    peer.scores = peer.isCrowded ? strongOf(scores) : scores.size === 0 ? noScores : scores
    if (!peer.isCrowded) return peer.scores
    this.#unfile(peer)
    this.#crowded.file(peer.id, peer.view)
    for (const key of copyKeys(peer.view)) put(this.#copies, key, peer.id)
    return peer.scores
  }

  /** Takes a report outside crowds from where it is found. */
  #unfile({ id, view }: Peer): void {
    if (!this.#repeated.remove(id, view)) this.#alone.remove(id, view)
  }

  #leaveCrowd({ id, view }: Peer): void {
    this.#crowded.remove(id, view)
    for (const key of copyKeys(view)) take(this.#copies, key, id)
  }

  /** Moves a report into a crowd. */
  #crowd(peer: Peer, scores: Map<Peer, number>, unsettled: Unsettled): void {
    unsettle(peer)
    unsettled.add(peer.id)
    for (const other of scores.keys()) unsettled.add(other.id)
    this.#keep(peer, scores)
  }

  /** Checks whether a report still is in a crowd. */
  #lookAgain(peer: Peer, unsettled: Unsettled): void {
    unsettle(peer)
    this.#leaveCrowd(peer)
    this.#alone.file(peer.id, peer.view)
    peer.scores = null
    const scores = this.#keep(peer, this.#search(peer, false).scores)
    if (peer.isCrowded) return
    unsettled.add(peer.id)
    for (const other of scores.keys()) unsettled.add(other.id)
  }

  /**
   * All partners of a report; in a crowd at least `countedMax` of them, with all copies and declared pairs. `isNew`: all reports
   * outside crowds must count it as well. `ofSource`: how many of its own source were met, without those that are kept together.
   */
  #search({ id, view }: Peer, isNew: boolean): { readonly scores: Map<Peer, number>; readonly ofSource: number } {
    const scores = new Map<Peer, number>()
    let ofSource = 0
    const meet = (otherId: string) => {
      const other = this.#peers.get(otherId) as Peer
      if (otherId === id || scores.has(other)) return
      const score = this.#scored(view, other.view)
      if (score >= joinScoreMin) scores.set(other, score)
      else if (sourceOf(view) === sourceOf(other.view)) ofSource += 1
    }
    const keys = copyKeys(view)
    for (const key of keys) for (const other of this.#copies.get(key) ?? []) meet(other)
    for (const other of this.#declared.of(id)) if (this.#peers.has(other)) meet(other)
    const meetOutside = (other: string) => {
      const isWanted = scores.size <= countedMax || keys.length > 0 || (isNew && this.#peers.get(other)?.scores !== null)
      if (isWanted) meet(other)
    }
    this.#alone.eachAround(view, meetOutside)
    this.#repeated.eachAround(view, like => mayMeetFrom(view, like), meetOutside)
    this.#crowded.someAround(
      view,
      like => agreeOnPlace(view, like),
      other => {
        if (scores.size > countedMax) return true
        meet(other)
        return false
      }
    )
    return { scores, ofSource }
  }

  /** Reports that may count a report of a crowd among their partners. */
  #counting(peer: Peer): Set<Peer> {
    const counting = new Set<Peer>()
    const { view } = peer
    const lookAt = (id: string) => {
      const other = this.#peers.get(id) as Peer
      if (other.scores?.has(peer)) counting.add(other)
    }
    this.#alone.eachAround(view, lookAt)
    this.#repeated.eachAround(view, like => mayMeetFrom(view, like), lookAt)
    this.#crowded.eachAround(
      view,
      like => agreeOnPlace(view, like),
      id => {
        const other = this.#peers.get(id) as Peer
        if (other === peer || counting.has(other)) return
        if (this.#scored(view, other.view) >= joinScoreMin) counting.add(other)
      }
    )
    for (const other of this.#scoresOf(peer).keys()) counting.add(other)
    return counting
  }

  #scored(a: ReportView, b: ReportView): number {
    if (sourceOf(a) === sourceOf(b)) return 0
    this.#work.pairs += 1
    return this.#scoreOf(a, b)
  }
}

function sourceOf({ revision }: ReportView): string {
  return revision.sourceId
}

/** False if no report like one can join: of one source, or elsewhere. */
function mayMeetFrom(view: ReportView, like: ReportView): boolean {
  return sourceOf(view) !== sourceOf(like) && agreeOnPlace(view, like)
}

function strongOf(scores: ReadonlyMap<Peer, number>): Map<Peer, number> {
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
