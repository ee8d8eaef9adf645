// Pairs of reports in order of score, and the groups that they form. Of one village and day there
// may be hundreds of reports, and tens of thousands of pairs at each new one: they are numbered,
// not named, while they join.

import { compareText, type ReportView } from '../incident/incident.ts'
import { ApartGroups } from './apart-groups.ts'
import { Extent } from './far-apart.ts'

/** What is known of the crowd around a report. */
export interface InCrowd {
  /**
   * Rank of the most open handling whose readers see more reports that it could join than it may
   * have.
   */
  readonly from: number
  /** How many of them readers of each handling see, by rank; from that one on lower bounds. */
  readonly counts: number[]
}

/** A present report, with the reports that it could join. */
export interface Peer {
  readonly id: string
  readonly view: ReportView
  /**
   * Scores with all partners, in a crowd with those that it may join only; null until they are
   * searched.
   */
  scores: Map<Peer, number> | null
  /** Null: readers of no handling see a crowd around it. */
  crowd: InCrowd | null
  /** Of its handling. */
  readonly rank: number
  /** Its place among the peers that join in a turn. */
  place: number
  /** The last turn in which it joined or was visited. */
  turn: number
  /** How it and those around it joined; null until all their pairs were looked at. */
  settled: Settled | null
}

/** A pair that joined, in order of ids. */
export interface Join {
  readonly one: Peer
  readonly other: Peer
  readonly score: number
}

export function joinOf(a: Peer, b: Peer, score: number): Join {
  return compareText(a.id, b.id) < 0 ? { one: a, other: b, score } : { one: b, other: a, score }
}

/** The order in which pairs join: by score descending, then by their ids. */
export function byOrder(a: Join, b: Join): number {
  return b.score - a.score || compareText(a.one.id, b.one.id) || compareText(a.other.id, b.other.id)
}

export function merged(a: readonly Join[], b: readonly Join[]): readonly Join[] {
  const all: Join[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length)
    all.push(byOrder(a[i] as Join, b[j] as Join) < 0 ? (a[i++] as Join) : (b[j++] as Join))
  for (; i < a.length; i++) all.push(a[i] as Join)
  for (; j < b.length; j++) all.push(b[j] as Join)
  return all
}

/** Peers of which no pair with others may join, and the pairs that joined, in their order. */
export interface Settled {
  peers: Peer[]
  joins: Join[]
  /**
   * The same by their first peers, in their order; null until they are asked for, or once they are
   * others.
   */
  byFirst: Map<Peer, Join[]> | null
  /**
   * Peers walked over since one of them, or a pair, went: it may have come apart. Null: none went.
   */
  worn: number | null
  /** A peer was removed or changed, or joins otherwise: all pairs are to be looked at again. */
  isStale: boolean
  /** All their pairs; null where they are not kept. */
  grid: KeptPairs | null
  readonly extent: Extent
}

/** Peers of which pairs may no longer join, or others may. */
export interface PeerChanges {
  readonly gone: ReadonlySet<Peer>
  /** Some of their pairs may no longer join. */
  readonly lost: ReadonlySet<Peer>
  /** Further pairs of them may join. */
  readonly gained: ReadonlySet<Peer>
}

/** True for two reports that can't be of one incident, although others join them. */
export type AreFar = (one: Peer, other: Peer) => boolean

/** What keeps groups apart although a pair of them may join. */
export interface KeptApart {
  /** An operator declared two of their reports different; null: nothing is declared. */
  readonly areDeclared: ((one: readonly Peer[], other: readonly Peer[]) => boolean) | null
  readonly areFar: AreFar
}

/** Pairs that are kept while more peers come. */
export interface KeptPairs {
  readonly peers: readonly Peer[]
  readonly eachPair: EachPair
  /** False if there is no room: they are of no more use then. */
  add(peer: Peer, eachJoining: EachJoining): boolean
}

/**
 * Calls `visit` with the places of each pair, by score descending, then in the order of the peers,
 * until it gives true. `isDone`: no further pair that has this peer first is of any use.
 */
export type EachPair = (
  visit: (a: number, b: number, score: number) => boolean,
  isDone: (a: number) => boolean
) => void

/** Calls `visit` with each report that a report may join, and the score. */
export type EachJoining = (peer: Peer, visit: (other: Peer, score: number) => void) => void

/** Pairs of peers that may join: two places and a score each. */
interface Pairs {
  readonly a: number[]
  readonly b: number[]
  readonly scores: number[]
}

/** Peers in order of id, and their pairs by place. */
export interface Component {
  readonly peers: readonly Peer[]
  readonly pairs: Pairs
}

let lastTurn = 0

/**
 * All peers that some peers may join directly or through others, themselves included, and their
 * pairs. O(pairs).
 */
export function componentOf(start: readonly Peer[], eachJoining: EachJoining): Component {
  lastTurn += 1
  const turn = lastTurn
  const found: Peer[] = []
  const pairs: Pairs = { a: [], b: [], scores: [] }
  const meet = (peer: Peer) => {
    if (peer.turn === turn) return
    peer.turn = turn
    peer.place = found.length
    found.push(peer)
  }
  start.forEach(meet)
  for (let at = 0; at < found.length; at++) {
    eachJoining(found[at] as Peer, (other, score) => {
      meet(other)
      // Each pair is found twice: it counts when the second of both is searched.
      if (other.place < at) addPair(pairs, at, other.place, score)
    })
  }
  const peers = found.toSorted((x, y) => compareText(x.id, y.id))
  const placeOf = new Int32Array(found.length)
  for (const [place, peer] of peers.entries()) placeOf[peer.place] = place
  for (let i = 0; i < pairs.a.length; i++) {
    const [one, other] = [
      placeOf[pairs.a[i] as number] as number,
      placeOf[pairs.b[i] as number] as number
    ]
    pairs.a[i] = Math.min(one, other)
    pairs.b[i] = Math.max(one, other)
  }
  return { peers, pairs }
}

/**
 * A few peers and the pairs among them; `joinScore` gives null for two that may not join.
 * O(peers²).
 */
export function smallComponent(
  some: readonly Peer[],
  joinScore: (one: Peer, other: Peer) => number | null
): Component {
  const peers = some.toSorted((x, y) => compareText(x.id, y.id))
  const pairs: Pairs = { a: [], b: [], scores: [] }
  for (let b = 0; b < peers.length; b++) {
    for (let a = 0; a < b; a++) {
      const score = joinScore(peers[b] as Peer, peers[a] as Peer)
      if (score !== null) addPair(pairs, a, b, score)
    }
  }
  return { peers, pairs }
}

function addPair({ a, b, scores }: Pairs, one: number, other: number, score: number): void {
  a.push(one)
  b.push(other)
  scores.push(score)
}

const neverDone = () => false

/** Pairs of no more scores are filed by score; those of more are sorted. */
const filedScoresMax = 16

/** As `EachPair`. O(pairs), with many scores × log. */
export function eachScoredPair(
  { peers, pairs }: Component,
  visit: Parameters<EachPair>[0],
  isDone: Parameters<EachPair>[1] = neverDone
): void {
  const scores = new Set<number>()
  for (const score of pairs.scores) {
    scores.add(score)
    if (scores.size > filedScoresMax) {
      eachSortedPair(pairs, visit, isDone)
      return
    }
  }
  // By score, for the first of each pair, the others. Most pairs have one of a few scores, and the
  // second ones are filed in their order, so that nothing else is sorted.
  const byScore = new Map<number, (number[] | undefined)[]>()
  for (const i of bySecond(pairs, peers.length)) {
    const [a, b, score] = [pairs.a[i] as number, pairs.b[i] as number, pairs.scores[i] as number]
    let lists = byScore.get(score)
    if (lists === undefined) {
      lists = new Array<number[] | undefined>(peers.length).fill(undefined)
      byScore.set(score, lists)
    }
    const list = lists[a]
    if (list === undefined) lists[a] = [b]
    else list.push(b)
  }
  for (const [score, lists] of [...byScore].sort((x, y) => y[0] - x[0])) {
    for (let a = 0; a < lists.length; a++) {
      for (const b of lists[a] ?? []) {
        if (isDone(a)) break
        if (visit(a, b, score)) return
      }
    }
  }
}

function eachSortedPair(
  { a, b, scores }: Pairs,
  visit: Parameters<EachPair>[0],
  isDone: Parameters<EachPair>[1]
): void {
  const order = Uint32Array.from(scores, (_, i) => i).sort((x, y) => {
    return (
      (scores[y] as number) - (scores[x] as number) ||
      (a[x] as number) - (a[y] as number) ||
      (b[x] as number) - (b[y] as number)
    )
  })
  for (const i of order) {
    const first = a[i] as number
    if (!isDone(first) && visit(first, b[i] as number, scores[i] as number)) return
  }
}

/** The numbers of the pairs, in order of their second peers. */
function bySecond({ b }: Pairs, peers: number): Int32Array {
  const next = new Int32Array(peers + 1)
  for (let i = 0; i < b.length; i++)
    next[(b[i] as number) + 1] = (next[(b[i] as number) + 1] as number) + 1
  for (let p = 1; p <= peers; p++) next[p] = (next[p] as number) + (next[p - 1] as number)
  const order = new Int32Array(b.length)
  for (let i = 0; i < b.length; i++) {
    const second = b[i] as number
    const at = next[second] as number
    order[at] = i
    next[second] = at + 1
  }
  return order
}

/**
 * The groups of peers in order of id: pairs join two groups in the order of `eachPair`, unless the
 * groups share a source or are kept apart. Groups are in order of their first peers, and so are the
 * peers in each; `joins`: the pairs that joined.
 */
export function joinedGroups(
  peers: readonly Peer[],
  eachPair: EachPair,
  { areDeclared, areFar }: KeptApart
): { readonly groups: Peer[][]; readonly joins: readonly Join[] } {
  const groups = new Groups(peers)
  const extents = Extent.of(peers).isWide ? peers.map(peer => Extent.of([peer])) : null
  const keptApart = new ApartGroups<number>()
  const joins: Join[] = []
  const visit = (a: number, b: number, score: number) => {
    const [one, other] = [groups.of(a), groups.of(b)]
    if (one === other || groups.shareSource(one, other)) return false
    const [around, aroundOther] = [extents?.[one], extents?.[other]]
    const look = () => {
      if (areDeclared?.(groups.membersOf(one), groups.membersOf(other)) === true) return true
      if (around === undefined || aroundOther === undefined || !around.mayBeFarFrom(aroundOther))
        return false
      return areFarAmong(groups.membersOf(one), groups.membersOf(other), areFar)
    }
    if (keptApart.areApart(one, other, look)) return false
    if (extents !== null && around !== undefined && aroundOther !== undefined) {
      around.takeAll(aroundOther)
      extents[other] = around
    }
    groups.join(one, other)
    keptApart.unite(Math.min(one, other), Math.max(one, other))
    joins.push({ one: peers[a] as Peer, other: peers[b] as Peer, score })
    return false
  }
  eachPair(visit, a => groups.haveAll(groups.of(a)))
  return { groups: groups.all(), joins }
}

/** All of two groups come into the greater one, the first given: each peer moves log times. */
export function united<G extends { readonly members: Peer[] }>(
  one: G,
  other: G,
  groups: Map<Peer, G>
): readonly [into: G, from: G] {
  const [into, from] = one.members.length < other.members.length ? [other, one] : [one, other]
  for (const peer of from.members) {
    into.members.push(peer)
    groups.set(peer, into)
  }
  return [into, from]
}

export function areFarAmong(one: readonly Peer[], other: readonly Peer[], areFar: AreFar): boolean {
  return one.some(a => other.some(b => areFar(a, b)))
}

/** Groups by the least of their peers, with the set of sources of each in bits. */
class Groups {
  readonly #peers: readonly Peer[]
  readonly #of: Int32Array
  /** The next peer of the same group, in the order in which they joined; -1: it is the last. */
  readonly #next: Int32Array
  readonly #last: Int32Array
  readonly #words: number
  readonly #sources: Int32Array
  /** How many sources each group has, and all peers. */
  readonly #counts: Int32Array
  readonly #sourcesCount: number

  constructor(peers: readonly Peer[]) {
    this.#peers = peers
    this.#of = Int32Array.from(peers, (_, i) => i)
    this.#next = new Int32Array(peers.length).fill(-1)
    this.#last = this.#of.slice()
    const numbers = new Map<string, number>()
    const sourceOf = peers.map(({ view }) => {
      const { sourceId } = view.revision
      const number = numbers.get(sourceId) ?? numbers.size
      numbers.set(sourceId, number)
      return number
    })
    this.#sourcesCount = numbers.size
    this.#counts = new Int32Array(peers.length).fill(1)
    this.#words = Math.ceil(numbers.size / 32)
    this.#sources = new Int32Array(peers.length * this.#words)
    for (const [i, number] of sourceOf.entries())
      this.#sources[i * this.#words + (number >> 5)] = 1 << (number & 31)
  }

  of(peer: number): number {
    return this.#of[peer] as number
  }

  /** True if a group has a report of every source: nothing can join it any more. */
  haveAll(group: number): boolean {
    return this.#counts[group] === this.#sourcesCount
  }

  shareSource(one: number, other: number): boolean {
    const [a, b] = [one * this.#words, other * this.#words]
    for (let w = 0; w < this.#words; w++) {
      if (((this.#sources[a + w] as number) & (this.#sources[b + w] as number)) !== 0) return true
    }
    return false
  }

  membersOf(group: number): Peer[] {
    const members: Peer[] = []
    for (let i = group; i !== -1; i = this.#next[i] as number) members.push(this.#peers[i] as Peer)
    return members
  }

  /** Joins two groups without a source in common. */
  join(one: number, other: number): void {
    const [into, from] = one < other ? [one, other] : [other, one]
    for (let i = from; i !== -1; i = this.#next[i] as number) this.#of[i] = into
    this.#next[this.#last[into] as number] = from
    this.#last[into] = this.#last[from] as number
    this.#counts[into] = (this.#counts[into] as number) + (this.#counts[from] as number)
    for (let w = 0; w < this.#words; w++) {
      const at = into * this.#words + w
      this.#sources[at] =
        (this.#sources[at] as number) | (this.#sources[from * this.#words + w] as number)
    }
  }

  all(): Peer[][] {
    const groups: (Peer[] | undefined)[] = new Array(this.#peers.length)
    for (const [i, peer] of this.#peers.entries()) {
      const group = this.#of[i] as number
      const members = groups[group]
      if (members === undefined) groups[group] = [peer]
      else members.push(peer)
    }
    return groups.filter(members => members !== undefined)
  }
}
