// The groups that change with a few reports, among many that settled before: with one that is new
// or gone, or one that came into a crowd or left it. Pairs join in one order, and whether a pair
// joins depends on the two groups that its peers are in by then: so only pairs of groups that are
// not what they were are looked at, from the pair on by which they changed.

import { compareText } from '../incident/incident.ts'
import { ApartGroups } from './apart-groups.ts'
import { declaredSameAs } from './declared-partners.ts'
import { Extent } from './far-apart.ts'
import { JoinQueue } from './join-queue.ts'
import {
  areFarAmong,
  byOrder,
  type EachJoining,
  type Join,
  joinOf,
  type KeptApart,
  type Peer,
  type PeerChanges,
  type Settled,
  united
} from './scored-pairs.ts'
import { isWorn, pairsOf, partsOf, setJoins, settleIn } from './settled-joins.ts'

/** With more pairs than this to look at, and than there are of all, all are looked at as soon. */
const changedPairsMax = 20_000

/** What groups are made of. */
export interface GroupGround {
  readonly eachJoining: EachJoining
  readonly mayJoin: (one: Peer, other: Peer) => boolean
  readonly apart: KeptApart
}

export interface ChangedPeers {
  /** In order of id, as those of each group. */
  readonly peers: readonly Peer[]
  readonly groups: Peer[][]
}

/**
 * The groups that changes make others, with new peers among them; `touched`: all peers of which the
 * pairs changed. Of other groups the pairs are not looked at. Null, and nothing is changed, where
 * something touched is not settled, or so much changes that all pairs are looked at as soon.
 * O(joins around it + pairs of the peers whose groups change × log).
 */
export function regroupAround(
  touched: readonly Peer[],
  added: ReadonlySet<Peer>,
  changes: PeerChanges,
  ground: GroupGround
): ChangedPeers | null {
  const around = new Set<Settled>()
  const loose = new Set(added)
  for (const peer of [...touched, ...changes.gone]) {
    if (peer.settled !== null) around.add(peer.settled)
    else if (!changes.gone.has(peer)) loose.add(peer)
  }
  // One that never had a partner is not settled: it comes to the others as a new one does.
  const isAround = (other: Peer) =>
    loose.has(other) || (other.settled !== null && around.has(other.settled))
  let areAllAround = true
  for (const peer of loose)
    ground.eachJoining(peer, other => {
      areAllAround &&= isAround(other)
    })
  if (!areAllAround || [...around].some(({ isStale }) => isStale)) return null
  const parts = partsOf(around)
  if (parts === null || isWorn(parts)) return null
  const max = Math.max(changedPairsMax, pairsOf(parts))
  const found = new ChangedGroups(ground, changes).with(
    changedAtOnce(loose, added, changes, ground),
    parts.joins,
    max
  )
  if (found === null) return null
  const { first } = parts
  settleIn(parts, loose)
  if (changes.gone.size > 0) first.peers = first.peers.filter(peer => !changes.gone.has(peer))
  first.grid = null
  if (changes.gone.size + changes.lost.size > 0) first.worn ??= 0
  setJoins(first, found.joins)
  return found
}

/** Peers that have further pairs, or may join others than before. */
function changedAtOnce(
  loose: ReadonlySet<Peer>,
  added: ReadonlySet<Peer>,
  { gone, gained }: PeerChanges,
  { eachJoining, apart }: GroupGround
): readonly Peer[] {
  const changed = new Set([...loose, ...gained])
  // What is declared the same lies wherever one of it does, in whatever group that one is.
  if (apart.areDeclared !== null)
    for (const peer of [...gone, ...added])
      for (const same of declaredSameAs(peer, eachJoining)) changed.add(same)
  return [...changed].filter(peer => !gone.has(peer))
}

/** Peers that are together at a time. */
interface Group {
  readonly members: Peer[]
  /** Others were together by then. */
  isChanged: boolean
  /** Null until they are asked for. */
  sources: Set<string> | null
  extent: Extent | null
}

class ChangedGroups {
  readonly #ground: GroupGround
  readonly #changes: PeerChanges
  readonly #groups = new Map<Peer, Group>()
  readonly #keptApart = new ApartGroups<Group>()
  /** Pairs of changed groups still to be looked at, in order. */
  readonly #pairs = new JoinQueue()
  #count = 0

  constructor(ground: GroupGround, changes: PeerChanges) {
    this.#ground = ground
    this.#changes = changes
  }

  /**
   * `more`: peers with further pairs; `before`: the pairs that joined, in order. Null if more than
   * `max` pairs change.
   */
  with(
    more: readonly Peer[],
    before: readonly Join[],
    max: number
  ): (ChangedPeers & { readonly joins: readonly Join[] }) | null {
    const { gone, lost } = this.#changes
    const joins: Join[] = []
    this.#change(
      more.map(peer => this.#of(peer)),
      null
    )
    let i = 0
    for (;;) {
      if (this.#count > max) return null
      const old = before[i]
      const own = this.#pairs.first
      const isOld = old !== undefined && (own === undefined || byOrder(old, own) <= 0)
      const pair = isOld ? old : own
      if (pair === undefined) break
      if (isOld) i += 1
      else this.#pairs.takeFirst()
      if (isOld && (gone.has(pair.one) || gone.has(pair.other))) {
        const left = [pair.one, pair.other].filter(peer => !gone.has(peer))
        this.#change(
          left.map(peer => this.#of(peer)),
          pair
        )
        continue
      }
      const [one, other] = [this.#of(pair.one), this.#of(pair.other)]
      if (one === other) continue
      const isLost =
        isOld &&
        (lost.has(pair.one) || lost.has(pair.other)) &&
        !this.#ground.mayJoin(pair.one, pair.other)
      const isAsBefore = isOld && !isLost && !one.isChanged && !other.isChanged
      const joinsNow = isAsBefore || !(isLost || this.#areApart(one, other))
      // What did not join before and does not now changes nothing.
      if (!isAsBefore && (isOld || joinsNow)) this.#change([one, other], pair)
      if (!joinsNow) continue
      this.#unite(one, other)
      joins.push(pair)
    }
    // In a crowd, or out of one, they say otherwise though they are with the same.
    for (const peer of lost) this.#of(peer).isChanged = true
    const changed = [...new Set(this.#groups.values())].filter(({ isChanged }) => isChanged)
    const groups = changed
      .map(({ members }) => members.toSorted(byId))
      .sort((a, b) => byId(a[0] as Peer, b[0] as Peer))
    return { peers: groups.flat().sort(byId), groups, joins }
  }

  /** Groups are others than they were, after a pair; null: from the first on. */
  #change(groups: readonly Group[], after: Join | null): void {
    const fresh: Join[] = []
    for (const group of groups) {
      if (group.isChanged) continue
      group.isChanged = true
      for (const member of group.members) {
        this.#ground.eachJoining(member, (other, score) => {
          const pair = joinOf(member, other, score)
          if (this.#of(other) !== group && (after === null || byOrder(pair, after) > 0))
            fresh.push(pair)
        })
      }
    }
    this.#count += fresh.length
    this.#pairs.add(fresh.sort(byOrder))
  }

  #areApart(one: Group, other: Group): boolean {
    return this.#keptApart.areApart(one, other, () => this.#mustStayApart(one, other))
  }

  #mustStayApart(one: Group, other: Group): boolean {
    const [few, many] = one.members.length < other.members.length ? [one, other] : [other, one]
    const sources = sourcesOf(many)
    for (const source of sourcesOf(few)) if (sources.has(source)) return true
    if (this.#ground.apart.areDeclared?.(one.members, other.members) === true) return true
    return (
      extentOf(one).mayBeFarFrom(extentOf(other)) &&
      areFarAmong(one.members, other.members, this.#ground.apart.areFar)
    )
  }

  #of(peer: Peer): Group {
    const known = this.#groups.get(peer)
    if (known !== undefined) return known
    const group: Group = { members: [peer], isChanged: false, sources: null, extent: null }
    this.#groups.set(peer, group)
    return group
  }

  #unite(one: Group, other: Group): void {
    const [into, from] = united(one, other, this.#groups)
    if (into.sources !== null) for (const source of sourcesOf(from)) into.sources.add(source)
    into.extent?.takeAll(extentOf(from))
    this.#keptApart.unite(into, from)
  }
}

function byId(a: Peer, b: Peer): number {
  return compareText(a.id, b.id)
}

function sourcesOf(group: Group): Set<string> {
  group.sources ??= new Set(group.members.map(({ view }) => view.revision.sourceId))
  return group.sources
}

function extentOf(group: Group): Extent {
  group.extent ??= Extent.of(group.members)
  return group.extent
}
