// The reports that each report could join. A report with more than `partnersMax` of them is in a
// crowd and joins copies and declared pairs only: of a crowd nothing else is stored, so that a
// report costs the same however many describe its village and day. Crowds are counted for the
// readers of each handling, so that what they see does not depend on hidden reports. Source:
// decision 0005.

import type { FoldWork } from '../fold/fold-work.ts'
import { partnersMax } from '../incident/crowds.ts'
import type { Incident, ReportView } from '../incident/incident.ts'
import { handlings } from '../report/handling.ts'
import type { DeclaredPartners } from './declared-partners.ts'
import { agreeOnPlace, copyScore, joinScoreMin } from './pair-score.ts'
import { ReportCells } from './report-cells.ts'
import { ReportCrowds } from './report-crowds.ts'
import type { InCrowd, Peer, PeerChanges } from './scored-pairs.ts'

/**
 * Candidates counted in a crowd, as a multiple of `partnersMax`: it is searched again once no more
 * than that are left.
 */
const countedTimes = 2
/**
 * A report with this many of its own source around it is kept with them: two reports of one source
 * never join.
 */
const ofSourceMax = 32

/**
 * Of a report without partners: most have none, and a map for each would cost more memory than the
 * report. Never changed.
 */
const noScores: Map<Peer, number> = new Map()

/**
 * A report in a crowd, and how many reports that it could join readers of each handling see, or
 * more.
 */
export type CrowdedReport = readonly [reportId: string, counts: readonly number[]]

/** Reports whose joins may have changed. */
export type Unsettled = Set<string>

const nobody: ReadonlySet<string> = new Set()

export class ReportPartners {
  readonly #peers = new Map<string, Peer>()
  /** Reports that may join others than copies and declared ones. */
  readonly #alone = new ReportCells()
  /** The others, by rank of their handling. */
  readonly #crowded = handlings.map(() => new ReportCrowds(() => ''))
  /** Outside crowds, further reports of sources that have told much around them. */
  readonly #repeated = new ReportCrowds(sourceOf)
  /** Reports in crowds, by their texts and links: copies join in a crowd too. */
  readonly #copies = new Map<string, Set<string>>()
  readonly #declared: DeclaredPartners
  readonly #scoreOf: (a: ReportView, b: ReportView) => number
  readonly #work: FoldWork
  readonly #partnersMax: number
  #changes = noChanges()

  /** `max`: in place of `partnersMax`, for tests. */
  constructor(
    declared: DeclaredPartners,
    scoreOf: (a: ReportView, b: ReportView) => number,
    work: FoldWork,
    max: number = partnersMax
  ) {
    this.#declared = declared
    this.#scoreOf = scoreOf
    this.#work = work
    this.#partnersMax = max
  }

  get(id: string): ReportView | undefined {
    return this.#peers.get(id)?.view
  }

  all(): ReportView[] {
    return Array.from(this.#peers.values(), ({ view }) => view)
  }

  /** What adding and removing has changed of others since it was last asked. */
  takeChanges(): PeerChanges {
    const changes = this.#changes
    this.#changes = noChanges()
    return changes
  }

  /**
   * True if a report of an incident is in a crowd of reports that all readers of the incident may
   * see.
   */
  isInCrowd({ reportIds, handling }: Incident): boolean {
    return reportIds.some(
      id => crowdedFrom(this.#peers.get(id) as Peer) <= handlings.indexOf(handling)
    )
  }

  /** Reports that are in a crowd, for a restored state. */
  *crowded(): Generator<CrowdedReport> {
    for (const { id, crowd } of this.#peers.values())
      if (crowd !== null) yield [id, [...crowd.counts]]
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
    for (const [other, score] of this.#scoresOf(peer))
      if (mayJoin(peer, other, score)) visit(other, score)
  }

  /** The score of two reports that may join; null if they may not. */
  joinScore(one: Peer, other: Peer): number | null {
    const score = this.#scoresOf(one).get(other)
    return score !== undefined && mayJoin(one, other, score) ? score : null
  }

  /** True if there is a report that this one may join. */
  mayJoin(id: string): boolean {
    const peer = this.#peers.get(id)
    if (peer === undefined) return false
    for (const [other, score] of this.#scoresOf(peer)) if (mayJoin(peer, other, score)) return true
    return false
  }

  /** Adds a report. Gives the others whose joins may change. */
  add(id: string, view: ReportView): Unsettled {
    const unsettled: Unsettled = new Set()
    const { scores, ofSource } = this.#search(id, view, true)
    // Restored ones are searched before they meet the new one: they count it beside the others.
    for (const other of scores.keys()) if (!isWhollyCrowded(other)) this.#scoresOf(other)
    const peer = this.#begin(id, view)
    for (const [other, score] of scores) {
      if (other.scores !== null) this.#meet(other, peer, score, unsettled)
      else count(other, peer, 1)
    }
    if (ofSource >= ofSourceMax) this.#repeated.file(id, view)
    else this.#alone.file(id, view)
    this.#keep(peer, scores)
    this.eachJoining(peer, other => unsettled.add(other.id))
    return unsettled
  }

  /**
   * Adds a report of a restored state; its partners are searched on first use. `counts`: as
   * `crowded` gave them.
   */
  restore(id: string, view: ReportView, counts?: readonly number[]): void {
    const peer = this.#begin(id, view)
    if (counts !== undefined) peer.crowd = { from: this.#crowdIn(counts), counts: [...counts] }
    if (isWhollyCrowded(peer)) this.#fileInCrowd(peer)
    else this.#alone.fileLater(id, view)
  }

  /** Removes a report. Gives the others whose joins may change. */
  remove(id: string): ReadonlySet<string> {
    const peer = this.#peers.get(id)
    if (peer === undefined) return nobody
    const unsettled: Unsettled = new Set()
    this.#changes.gone.add(peer)
    this.eachJoining(peer, other => unsettled.add(other.id))
    const leaving: Peer[] = []
    for (const other of peer.crowd === null ? this.#scoresOf(peer).keys() : this.#counting(peer)) {
      if (other.scores !== null && other.scores.size > 0) other.scores.delete(peer)
      count(other, peer, -1)
      if (other.crowd !== null && this.#crowdIn(other.crowd.counts) !== other.crowd.from)
        leaving.push(other)
    }
    if (isWhollyCrowded(peer)) this.#leaveCrowd(peer)
    else this.#unfile(peer)
    this.#peers.delete(id)
    for (const other of leaving) this.#lookAgain(other, unsettled)
    return unsettled
  }

  #begin(id: string, view: ReportView): Peer {
    const peer: Peer = {
      id,
      view,
      scores: null,
      crowd: null,
      rank: rankOf(view),
      place: 0,
      turn: 0,
      settled: null
    }
    this.#peers.set(id, peer)
    return peer
  }

  #scoresOf(peer: Peer): Map<Peer, number> {
    return peer.scores ?? this.#keep(peer, this.#search(peer.id, peer.view, false).scores)
  }

  /** The first handling, by rank, whose readers see too many; -1: none. */
  #crowdIn(counts: readonly number[]): number {
    return counts.findIndex(each => each > this.#partnersMax)
  }

  /** Sets the partners of a report as they were found, and moves it into a crowd or out of one. */
  #keep(peer: Peer, scores: Map<Peer, number>): Map<Peer, number> {
    const was = isWhollyCrowded(peer)
    peer.crowd = scores.size > this.#partnersMax ? this.#crowdOf(peer, scores) : null
    peer.scores = peer.crowd !== null ? keptOf(peer, scores) : scores.size === 0 ? noScores : scores
    this.#move(peer, was)
    return peer.scores
  }

  /** Of a report with more partners than it may have: readers of everything see them all. */
  #crowdOf(peer: Peer, scores: ReadonlyMap<Peer, number>): InCrowd {
    const counts: number[] = handlings.map(() => 0)
    for (const other of scores.keys()) addFrom(counts, rankOfPair(peer, other), 1)
    return { from: this.#crowdIn(counts), counts }
  }

  #move(peer: Peer, wasWhollyCrowded: boolean): void {
    const is = isWhollyCrowded(peer)
    if (is === wasWhollyCrowded) return
    if (is) {
      this.#unfile(peer)
      this.#fileInCrowd(peer)
    } else {
      this.#leaveCrowd(peer)
      this.#alone.file(peer.id, peer.view)
    }
  }

  /** Takes a report outside crowds from where it is found. */
  #unfile({ id, view }: Peer): void {
    if (!this.#repeated.remove(id, view)) this.#alone.remove(id, view)
  }

  #fileInCrowd({ id, view, rank }: Peer): void {
    this.#crowded[rank]?.file(id, view)
    for (const key of copyKeys(view)) put(this.#copies, key, id)
  }

  #leaveCrowd({ id, view, rank }: Peer): void {
    this.#crowded[rank]?.remove(id, view)
    for (const key of copyKeys(view)) take(this.#copies, key, id)
  }

  /** A report gets one more partner, and may come into a crowd by it. */
  #meet(peer: Peer, other: Peer, score: number, unsettled: Unsettled): void {
    count(peer, other, 1)
    if (!mayJoin(peer, other, score)) return
    const scores =
      peer.scores === noScores ? new Map<Peer, number>() : (peer.scores as Map<Peer, number>)
    scores.set(other, score)
    peer.scores = scores
    if (peer.crowd === null && scores.size <= this.#partnersMax) return
    const crowd =
      peer.crowd === null
        ? this.#crowdOf(peer, scores)
        : { ...peer.crowd, from: this.#crowdIn(peer.crowd.counts) }
    if (crowd.from === peer.crowd?.from) return
    this.#changes.lost.add(peer)
    unsettled.add(peer.id)
    for (const each of scores.keys()) unsettled.add(each.id)
    const was = isWhollyCrowded(peer)
    peer.crowd = crowd
    peer.scores = keptOf(peer, scores)
    this.#move(peer, was)
  }

  /** Checks whether a report still is in a crowd. */
  #lookAgain(peer: Peer, unsettled: Unsettled): void {
    const before = crowdedFrom(peer)
    const scores = this.#keep(peer, this.#search(peer.id, peer.view, false).scores)
    if (crowdedFrom(peer) === before) return
    this.#changes.gained.add(peer)
    unsettled.add(peer.id)
    for (const other of scores.keys()) unsettled.add(other.id)
  }

  /**
   * All partners of a report; in a crowd enough of them, with all copies and declared pairs.
   * `isNew`: all reports outside crowds must count it as well. `ofSource`: how many of its own
   * source were met, without those that are kept together.
   */
  #search(
    id: string,
    view: ReportView,
    isNew: boolean
  ): { readonly scores: Map<Peer, number>; readonly ofSource: number } {
    const scores = new Map<Peer, number>()
    const own = rankOf(view)
    const counts: number[] = handlings.map(() => 0)
    const enough = countedTimes * this.#partnersMax
    const hasEnough = (rank: number) => (counts[Math.max(own, rank)] as number) > enough
    let ofSource = 0
    const toRepeated = new Set<Peer>()
    const meet = (otherId: string) => {
      const other = this.#peers.get(otherId) as Peer
      if (otherId === id || scores.has(other)) return
      const score = this.#scored(view, other.view)
      if (score >= joinScoreMin) {
        scores.set(other, score)
        addFrom(counts, Math.max(own, other.rank), 1)
      } else if (sourceOf(view) === sourceOf(other.view)) ofSource += 1
    }
    const keys = copyKeys(view)
    for (const key of keys) for (const other of this.#copies.get(key) ?? []) meet(other)
    for (const other of this.#declared.of(id)) if (this.#peers.has(other)) meet(other)
    const isAnyWanted = isNew || keys.length > 0
    const meetOutside = (other: string) => {
      if (isAnyWanted || !hasEnough((this.#peers.get(other) as Peer).rank)) meet(other)
    }
    this.#alone.eachAround(view, other => {
      const before = ofSource
      meetOutside(other)
      if (ofSource > Math.max(before, ofSourceMax)) toRepeated.add(this.#peers.get(other) as Peer)
    })
    this.#repeated.eachAround(view, like => mayMeetFrom(view, like), meetOutside)
    // Restored ones: which source has told much is not known before somebody asks.
    for (const other of toRepeated) {
      this.#alone.remove(other.id, other.view)
      this.#repeated.file(other.id, other.view)
    }
    for (const [rank, crowded] of this.#crowded.entries()) {
      if (hasEnough(rank)) break
      crowded.someAround(
        view,
        like => agreeOnPlace(view, like),
        other => {
          if (hasEnough(rank)) return true
          meet(other)
          return false
        }
      )
    }
    return { scores, ofSource }
  }

  /** Reports that may count a report of a crowd among their partners. */
  #counting(peer: Peer): Set<Peer> {
    const counting = new Set<Peer>()
    const { view } = peer
    const lookAt = (id: string) => {
      const other = this.#peers.get(id) as Peer
      if (other === peer || counting.has(other)) return
      const isCounted =
        other.crowd === null
          ? other.scores?.has(peer) === true
          : this.#scored(view, other.view) >= joinScoreMin
      if (isCounted) counting.add(other)
    }
    this.#alone.eachAround(view, lookAt)
    this.#repeated.eachAround(view, like => mayMeetFrom(view, like), lookAt)
    for (const crowded of this.#crowded)
      crowded.eachAround(view, like => agreeOnPlace(view, like), lookAt)
    for (const other of this.#scoresOf(peer).keys()) counting.add(other)
    return counting
  }

  #scored(a: ReportView, b: ReportView): number {
    if (sourceOf(a) === sourceOf(b)) return 0
    this.#work.pairs += 1
    return this.#scoreOf(a, b)
  }
}

function noChanges() {
  return { gone: new Set<Peer>(), lost: new Set<Peer>(), gained: new Set<Peer>() }
}

function rankOf({ revision }: ReportView): number {
  return handlings.indexOf(revision.handling)
}

/** Who sees one of two reports by the other: readers of this rank and above. */
function rankOfPair(one: Peer, other: Peer): number {
  return Math.max(one.rank, other.rank)
}

/** Rank of the most open handling whose readers see a report in a crowd; infinite if none does. */
function crowdedFrom({ crowd }: Peer): number {
  return crowd === null ? Infinity : crowd.from
}

/** True if a report is in a crowd for all that may see it. */
function isWhollyCrowded(peer: Peer): boolean {
  return peer.crowd !== null && peer.crowd.from <= peer.rank
}

/** In a crowd copies and declared pairs may join, and what its readers see outside of it. */
function mayJoin(one: Peer, other: Peer, score: number): boolean {
  if (score >= copyScore || (one.crowd === null && other.crowd === null)) return true
  return rankOfPair(one, other) < Math.min(crowdedFrom(one), crowdedFrom(other))
}

/** Of the partners of a report in a crowd those that it may join by itself. */
function keptOf(peer: Peer, scores: ReadonlyMap<Peer, number>): Map<Peer, number> {
  const isKept = (other: Peer, score: number) =>
    score >= copyScore || rankOfPair(peer, other) < crowdedFrom(peer)
  return new Map([...scores].filter(([other, score]) => isKept(other, score)))
}

/** A report in a crowd has one partner more, or one less. */
function count(peer: Peer, other: Peer, by: 1 | -1): void {
  if (peer.crowd !== null) addFrom(peer.crowd.counts, rankOfPair(peer, other), by)
}

/** Readers of a rank and above see one more, or one less. */
function addFrom(counts: number[], rank: number, by: 1 | -1): void {
  for (let each = rank; each < counts.length; each++) counts[each] = (counts[each] as number) + by
}

function sourceOf({ revision }: ReportView): string {
  return revision.sourceId
}

/** False if no report like one can join: of one source, or elsewhere. */
function mayMeetFrom(view: ReportView, like: ReportView): boolean {
  return sourceOf(view) !== sourceOf(like) && agreeOnPlace(view, like)
}

function copyKeys({ revision: { narrativeKey, linkKeys } }: ReportView): readonly string[] {
  if (narrativeKey === null && linkKeys.length === 0) return none
  return [
    ...(narrativeKey === null ? [] : [`text ${narrativeKey}`]),
    ...linkKeys.map(key => `link ${key}`)
  ]
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
