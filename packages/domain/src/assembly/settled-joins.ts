// How reports that may join directly or through others did join, kept so that one more report costs
// what it may join itself, and not all pairs of its village and day. Pairs that did not join, since
// their groups shared a source, were declared apart or lie far apart, never will while groups only
// grow: with one more report only those that did join, and its own, are looked at again, in their
// order.

import { placeOf } from '../fold/sorted.ts'
import { ApartGroups } from './apart-groups.ts'
import { Extent } from './far-apart.ts'
import { PairGrid } from './pair-grid.ts'
import {
  type AreFar,
  areFarAmong,
  byOrder,
  type Component,
  type EachJoining,
  type Join,
  joinedGroups,
  joinOf,
  type KeptApart,
  merged,
  type Peer,
  type PeerChanges,
  type Settled,
  united
} from './scored-pairs.ts'

/** After all pairs were looked at. */
export function settle(component: Component, joins: readonly Join[]): void {
  const { peers } = component
  const grid = PairGrid.of(component)
  const kept = { byFirst: null, worn: null, isStale: false, grid, extent: Extent.of(peers) }
  const settled: Settled = { peers: [...peers], joins: [...joins], ...kept }
  for (const peer of peers) {
    // More than these may have been settled with it, brought together by a peer that has gone or
    // changed.
    unsettle(peer)
    peer.settled = settled
  }
}

export function unsettle({ settled }: Peer): void {
  if (settled === null) return
  settled.isStale = true
  // A report that nothing comes near to may hold it for years.
  settled.peers = []
  setJoins(settled, [])
  settled.grid = null
}

/**
 * With more joins, where some lie far apart, only groups that change are looked at: the extent of
 * each would be made.
 */
const wideJoinsMax = 256

/**
 * Joins a new peer, of which nothing is declared, to what is settled around it, and gives the peers
 * of the group that it joins, without itself. Null, and nothing is changed, where that is not all
 * that changes: the peer lets two groups join, keeps two from joining, something around it is not
 * settled, or much is spread out. O(its pairs × log + joins around it).
 */
export function settleWith(
  peer: Peer,
  eachJoining: EachJoining,
  areFar: AreFar
): readonly Peer[] | null {
  const around = settledAround(peer, eachJoining)
  if (around === null) return null
  const { first, others, joins, own, extent } = around
  if (extent.isWide && joins.length > wideJoinsMax) return null
  const found = new GroupOfOne(peer, extent.isWide ? areFar : null).joinedIn(merged(joins, own))
  if (found === null) return null
  const { group, join } = found
  const isKept = others.length === 0 && first.grid?.add(peer, eachJoining) !== false
  settleIn(around, [peer])
  if (!isKept) first.grid = null
  if (others.length > 0) setJoins(first, joins)
  if (join !== null) addJoin(first, join)
  return group
}

/** What is settled apart from one another. */
export interface SettledParts {
  /** The one with most peers. */
  readonly first: Settled
  readonly others: readonly Settled[]
  /** Of all of them, in order. */
  readonly joins: readonly Join[]
}

/** Null if there are none. */
export function partsOf(settled: Iterable<Settled>): SettledParts | null {
  const [first, ...others] = [...settled].sort((a, b) => b.peers.length - a.peers.length)
  if (first === undefined) return null
  return {
    first,
    others,
    joins: others.reduce<readonly Join[]>((all, { joins }) => merged(all, joins), first.joins)
  }
}

/** How often all pairs could have been looked at instead, when they are. */
const wornTimes = 8

/**
 * True of what may have come apart long ago, by what was walked over since: all that a withdrawn
 * report had joined would be walked over at each report of one of its ends. O(peers).
 */
export function isWorn(parts: SettledParts): boolean {
  const { first, others } = parts
  const all = [first, ...others]
  if (all.every(({ worn }) => worn === null)) return false
  first.worn = all.reduce((sum, { worn, peers }) => sum + (worn ?? 0) + peers.length, 0)
  return first.worn > wornTimes * pairsOf(parts)
}

export function pairsOf({ first, others }: SettledParts): number {
  let scores = 0
  for (const { peers } of [first, ...others])
    for (const peer of peers) scores += peer.scores?.size ?? 0
  return scores / 2
}

/** What is settled around a new peer. */
interface SettledAround extends SettledParts {
  /** The pairs of the new peer, in order. */
  readonly own: readonly Join[]
  /** Of all of them, and of the new peer. */
  readonly extent: Extent
}

/** Null if something that a new peer may join is not settled, or there is nothing. */
function settledAround(peer: Peer, eachJoining: EachJoining): SettledAround | null {
  const own: Join[] = []
  const around = new Set<Settled>()
  let isSettled = true
  eachJoining(peer, (other, score) => {
    own.push(joinOf(peer, other, score))
    if (other.settled === null || other.settled.isStale) isSettled = false
    else around.add(other.settled)
  })
  const parts = isSettled ? partsOf(around) : null
  if (parts === null || isWorn(parts)) return null
  const extent = Extent.of([peer])
  for (const each of around) extent.takeAll(each.extent)
  return { ...parts, own: own.sort(byOrder), extent }
}

/** What is settled becomes one, with more peers. */
export function settleIn({ first, others }: SettledParts, more: Iterable<Peer>): void {
  const take = (peer: Peer) => {
    first.peers.push(peer)
    peer.settled = first
  }
  for (const { peers, extent } of others) {
    first.extent.takeAll(extent)
    for (const peer of peers) take(peer)
  }
  for (const peer of more) {
    first.extent.takeIn(peer.view)
    take(peer)
  }
}

/**
 * All that changes concern is to be looked at anew; some of it may not be joined again for long.
 */
export function unsettleAll({ gone, lost, gained }: PeerChanges, eachJoining: EachJoining): void {
  for (const peer of [...gone, ...lost, ...gained]) unsettle(peer)
  for (const peer of gained) eachJoining(peer, unsettle)
}

/**
 * All groups with one more peer, where what is settled around it has kept its pairs: for a peer
 * that changes more than the group that it joins. Null, and nothing is changed, where they are not
 * kept. O(kept pairs), a byte each.
 */
export function regroupWith(
  peer: Peer,
  eachJoining: EachJoining,
  apart: KeptApart
): { readonly peers: readonly Peer[]; readonly groups: Peer[][] } | null {
  let settled: Settled | null | undefined
  eachJoining(peer, other => {
    settled = settled === undefined || settled === other.settled ? other.settled : null
  })
  if (settled == null || settled.isStale || settled.grid === null) return null
  const { grid } = settled
  if (!grid.add(peer, eachJoining)) {
    settled.grid = null
    return null
  }
  const { peers } = grid
  const { groups, joins } = joinedGroups(peers, grid.eachPair, apart)
  settled.peers.push(peer)
  settled.extent.takeIn(peer.view)
  setJoins(settled, joins)
  peer.settled = settled
  return { peers, groups }
}

/**
 * The pairs that joined some peers, which are one group, in their order, at most `max`; null if
 * they are not settled. None of one group was kept from another of it, so these are the joins that
 * the group alone would have.
 */
export function joinsAmong(group: readonly Peer[], max: number): readonly Join[] | null {
  const settled = group[0]?.settled
  if (settled == null || settled.isStale || group.some(each => each.settled !== settled))
    return null
  if (group.length <= fewMax) {
    const byFirst = joinsByFirst(settled)
    return group
      .flatMap(peer => byFirst.get(peer) ?? [])
      .sort(byOrder)
      .slice(0, max)
  }
  const members = new Set(group)
  const joins: Join[] = []
  for (const join of settled.joins) {
    if (joins.length === max) break
    if (members.has(join.one) && members.has(join.other)) joins.push(join)
  }
  return joins
}

/**
 * The joins of a smaller group are found by its peers: of one village and day fifty groups may be
 * made anew with one report.
 */
const fewMax = 16

function joinsByFirst(settled: Settled): ReadonlyMap<Peer, readonly Join[]> {
  if (settled.byFirst !== null) return settled.byFirst
  const byFirst = new Map<Peer, Join[]>()
  for (const join of settled.joins) {
    const known = byFirst.get(join.one)
    if (known === undefined) byFirst.set(join.one, [join])
    else known.push(join)
  }
  settled.byFirst = byFirst
  return byFirst
}

export function setJoins(settled: Settled, joins: readonly Join[]): void {
  settled.joins = [...joins]
  settled.byFirst = null
}

function addJoin({ joins, byFirst }: Settled, join: Join): void {
  joins.splice(placeOf(joins, join, byOrder), 0, join)
  const known = byFirst?.get(join.one)
  if (known === undefined) byFirst?.set(join.one, [join])
  else known.splice(placeOf(known, join, byOrder), 0, join)
}

/** Peers that are together at a time; `hasSource`: one of them is of the source of the new peer. */
interface Group {
  readonly members: Peer[]
  hasSource: boolean
  /** Null where none of all groups lie far apart. */
  readonly extent: Extent | null
}

/** The group of one new peer, while pairs join in their order. */
class GroupOfOne {
  readonly #peer: Peer
  readonly #groups = new Map<Peer, Group>()
  readonly #apart = new ApartGroups<Group>()
  readonly #own: Group
  readonly #extent: Extent
  /** Null where none of all groups lie far apart. */
  readonly #areFar: AreFar | null
  /** The pair by which it joined. */
  #join: Join | null = null

  constructor(peer: Peer, areFar: AreFar | null) {
    this.#peer = peer
    this.#extent = Extent.of([peer])
    this.#areFar = areFar
    this.#own = { members: [], hasSource: true, extent: null }
    this.#groups.set(peer, this.#own)
  }

  /** Null where the new peer changes more than the group that it joins. */
  joinedIn(
    pairs: readonly Join[]
  ): { readonly group: readonly Peer[]; readonly join: Join | null } | null {
    for (const pair of pairs) {
      const isOwn = pair.one === this.#peer || pair.other === this.#peer
      if (isOwn ? !this.#tried(pair) : !this.#repeated(pair)) return null
    }
    return { group: (this.#groups.get(this.#peer) as Group).members, join: this.#join }
  }

  /** A pair that joined without the new peer: false if that keeps it from joining. */
  #repeated({ one, other }: Join): boolean {
    const [a, b] = [this.#of(one), this.#of(other)]
    const own = this.#groups.get(this.#peer) as Group
    if (a === own && this.#isKeptFrom(b)) return false
    if (b === own && this.#isKeptFrom(a)) return false
    this.#unite(a, b)
    return true
  }

  /** A pair of the new peer: false if it lets two groups join. */
  #tried(pair: Join): boolean {
    const own = this.#groups.get(this.#peer) as Group
    const theirs = this.#of(pair.one === this.#peer ? pair.other : pair.one)
    if (theirs === own || this.#isKeptFrom(theirs)) return true
    if (own !== this.#own) return shareSource(own, theirs) || this.#areFarApart(own, theirs)
    this.#join = pair
    theirs.hasSource = true
    theirs.extent?.takeAll(this.#extent)
    this.#groups.set(this.#peer, theirs)
    return true
  }

  /** True of a group that the new peer itself can't be in. */
  #isKeptFrom({ hasSource, extent, members }: Group): boolean {
    if (hasSource || this.#areFar === null || extent === null) return hasSource
    return extent.mayBeFarFrom(this.#extent) && areFarAmong([this.#peer], members, this.#areFar)
  }

  #areFarApart(one: Group, other: Group): boolean {
    const [areFar, around, aroundOther] = [this.#areFar, one.extent, other.extent]
    if (areFar === null || around === null || aroundOther === null) return false
    const look = () =>
      around.mayBeFarFrom(aroundOther) && areFarAmong(one.members, other.members, areFar)
    return this.#apart.areApart(one, other, look)
  }

  #of(peer: Peer): Group {
    const known = this.#groups.get(peer)
    if (known !== undefined) return known
    const hasSource = peer.view.revision.sourceId === this.#peer.view.revision.sourceId
    const group: Group = {
      members: [peer],
      hasSource,
      extent: this.#areFar === null ? null : Extent.of([peer])
    }
    this.#groups.set(peer, group)
    return group
  }

  #unite(a: Group, b: Group): void {
    const [into, from] = united(a, b, this.#groups)
    this.#apart.unite(into, from)
    into.hasSource ||= from.hasSource
    if (from.extent !== null) into.extent?.takeAll(from.extent)
    if (this.#groups.get(this.#peer) === from) this.#groups.set(this.#peer, into)
  }
}

function shareSource(one: Group, other: Group): boolean {
  const sources = new Set(one.members.map(({ view }) => view.revision.sourceId))
  return other.members.some(({ view }) => sources.has(view.revision.sourceId))
}
