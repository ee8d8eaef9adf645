// The joining of reports against its definition: all pairs sorted, and groups that are built anew
// at each join.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areFarApart } from '../../src/assembly/far-apart.ts'
import {
  componentOf,
  type EachJoining,
  eachScoredPair,
  joinedGroups,
  type KeptApart,
  type Peer
} from '../../src/assembly/scored-pairs.ts'
import { joinsAmong, regroupWith, settle, settleWith } from '../../src/assembly/settled-joins.ts'
import { compareText, viewOf } from '../../src/incident/incident.ts'
import { revisionOf } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'

interface World {
  readonly peers: readonly Peer[]
  readonly apart: ReadonlySet<string>
}

const scoresFound = [null, null, 0.5, 0.75, 1, 1, 2]
/** So few that reports form several components. */
const fewScores = [...new Array<null>(9).fill(null), 0.5, 1, 1]

/** Kilometres along one meridian; null: without a point. Most lie near the first. */
const alongKm = [0, 0, 1, 2, 20, 40, 60, null, null]

/**
 * Up to forty reports of up to forty sources, scores for pairs of different sources, some pairs
 * declared different, and points of which some are far apart.
 */
const worldsWith = (scores: readonly (number | null)[]): fc.Arbitrary<World> =>
  fc
    .record({
      ids: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: 40,
        size: 'max'
      }),
      sources: fc.integer({ min: 1, max: 40 }),
      seeds: fc.array(fc.nat(scores.length - 1), { minLength: 800, maxLength: 800 }),
      apart: fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 4 }),
      places: fc.array(fc.constantFrom(...alongKm), { minLength: 40, maxLength: 40 })
    })
    .map(({ ids, sources, seeds, apart, places }) => {
      const peers = ids.map((id, i): Peer => {
        const km = places[i] as number | null
        const lat = km === null ? null : 14 + km / 111.2
        const revision = {
          ...revisionOf({ id, at: '2024-01-01', lat, lon: km === null ? null : -5 }),
          sourceId: `source-${i % sources}`
        }
        const view = viewOf(revision, 0, 'B')
        return {
          id,
          view,
          scores: new Map(),
          crowd: null,
          rank: 0,
          place: 0,
          turn: 0,
          settled: null
        }
      })
      let next = 0
      for (const [b, one] of peers.entries()) {
        for (const other of peers.slice(0, b)) {
          const score = scores[seeds[next++ % seeds.length] as number] ?? null
          if (score === null || one.view.revision.sourceId === other.view.revision.sourceId)
            continue
          one.scores?.set(other, score)
          other.scores?.set(one, score)
        }
      }
      const idOf = (i: number) => (peers[i % peers.length] as Peer).id
      return {
        peers,
        apart: new Set(apart.map(([a, b]) => [idOf(a), idOf(b)].sort(compareText).join(' ')))
      }
    })

const worlds = worldsWith(scoresFound)

const eachJoining: EachJoining = (peer, visit) => {
  for (const [other, score] of peer.scores ?? []) visit(other, score)
}
const areFar = (one: Peer, other: Peer) => areFarApart(one.view, other.view)
const isKept = ({ areDeclared, areFar }: KeptApart, one: readonly Peer[], other: readonly Peer[]) =>
  areDeclared?.(one, other) === true || one.some(a => other.some(b => areFar(a, b)))
const keptApartIn = ({ apart }: World): KeptApart => ({
  areDeclared: (one, other) =>
    one.some(a => other.some(b => apart.has([a.id, b.id].sort(compareText).join(' ')))),
  areFar
})
const byDistance: KeptApart = { areDeclared: null, areFar }

/** By definition. */
function plainPairs(peers: readonly Peer[]): (readonly [string, string, number])[] {
  const sorted = peers.toSorted((a, b) => compareText(a.id, b.id))
  const pairs = sorted.flatMap((a, i) =>
    sorted.slice(i + 1).flatMap((b, j) => {
      const score = a.scores?.get(b)
      return score === undefined
        ? []
        : [{ a: i, b: i + 1 + j, names: [a.id, b.id, score] as const }]
    })
  )
  pairs.sort((x, y) => y.names[2] - x.names[2] || x.a - y.a || x.b - y.b)
  return pairs.map(({ names }) => names)
}

function plainGroups(world: World, kept = keptApartIn(world)): string[][] {
  const byId = new Map(world.peers.map(peer => [peer.id, peer]))
  let groups = world.peers.map(({ id }) => [id])
  for (const [a, b] of plainPairs(world.peers)) {
    const [one, other] = [a, b].map(id => groups.find(group => group.includes(id))) as [
      string[],
      string[]
    ]
    const sourcesOf = (ids: readonly string[]) =>
      ids.map(id => byId.get(id)?.view.revision.sourceId)
    const peersOf = (ids: readonly string[]) => ids.map(id => byId.get(id) as Peer)
    if (one === other || sourcesOf(one).some(source => sourcesOf(other).includes(source))) continue
    if (isKept(kept, peersOf(one), peersOf(other))) continue
    groups = [...groups.filter(group => group !== one && group !== other), [...one, ...other]]
  }
  return inOrder(groups)
}

function inOrder(groups: readonly (readonly string[])[]): string[][] {
  return groups
    .map(group => group.toSorted(compareText))
    .sort((a, b) => compareText(a[0] as string, b[0] as string))
}

describe('the groups that they form', () => {
  it('are those of the definition, in whatever order the reports are given', () => {
    const found = { large: 0, alone: 0 }
    fc.assert(
      fc.property(
        worlds.chain(world =>
          fc.tuple(
            fc.constant(world),
            fc.shuffledSubarray([...world.peers], { minLength: world.peers.length })
          )
        ),
        ([world, shuffled]) => {
          const component = componentOf(shuffled, eachJoining)
          const joined = joinedGroups(
            component.peers,
            (...visitor) => eachScoredPair(component, ...visitor),
            keptApartIn(world)
          )
          const groups = joined.groups.map(group => group.map(({ id }) => id))
          expect(inOrder(groups)).toEqual(plainGroups(world))
          // The order of the groups and of their members is part of the promise.
          expect(groups).toEqual(inOrder(groups))
          found.large += groups.filter(group => group.length > 4).length
          found.alone += groups.filter(group => group.length === 1).length
        }
      ),
      { numRuns: runsOf(300, 10) }
    )
    for (const [what, number] of Object.entries(found))
      expect(number, what).toBeGreaterThan(shareOf(50, 300, 10))
  })
})

describe('reports that come one by one', () => {
  it('form the groups of the definition, and join as all pairs anew would have it', () => {
    const found = { one: 0, alone: 0, anew: 0, regrouped: 0, bridges: 0, joins: 0, byDistance: 0 }
    fc.assert(
      fc.property(fc.oneof(worlds, worldsWith(fewScores)), world => {
        const present = new Set<Peer>()
        const groupOf = new Map<Peer, readonly Peer[]>()
        const amongPresent: EachJoining = (peer, visit) => {
          for (const [other, score] of peer.scores ?? [])
            if (present.has(other)) visit(other, score)
        }
        for (const peer of world.peers) peer.settled = null
        for (const peer of world.peers) {
          const around = new Set(
            [...(peer.scores?.keys() ?? [])]
              .filter(each => present.has(each))
              .map(each => each.settled)
          )
          const others = settleWith(peer, amongPresent, areFar)
          present.add(peer)
          if (others === null) {
            const regrouped = regroupWith(peer, amongPresent, byDistance)
            found.regrouped += Number(regrouped !== null)
            for (const group of (regrouped ?? anew(peer, amongPresent)).groups)
              for (const each of group) groupOf.set(each, group)
            found.anew += Number(around.size > 0)
          } else {
            const group = [...others, peer]
            for (const each of group) groupOf.set(each, group)
            found[others.length === 0 ? 'alone' : 'one'] += 1
            found.bridges += Number(around.size > 1)
          }
          const names = [...new Set(groupOf.values())].map(group => group.map(({ id }) => id))
          expect(inOrder(names)).toEqual(plainGroups({ peers: [...present], apart: new Set() }))
          const group = groupOf.get(peer) as readonly Peer[]
          const joins = joinsAmong(group, 5)?.map(({ one, other, score }) => [
            one.id,
            other.id,
            score
          ])
          expect(joins).toEqual(plainJoins(group).slice(0, 5))
          found.joins += joins?.length ?? 0
        }
        const anywhere = plainGroups(
          { ...world, apart: new Set() },
          { areDeclared: null, areFar: () => false }
        )
        found.byDistance += Number(anywhere.length < new Set(groupOf.values()).size)
      }),
      { numRuns: runsOf(150, 10) }
    )
    for (const [what, number] of Object.entries(found))
      expect(number, what).toBeGreaterThan(shareOf(10, 150, 10))
  })
})

function anew(peer: Peer, each: EachJoining) {
  const component = componentOf([peer], each)
  const { groups, joins } = joinedGroups(
    component.peers,
    (...visitor) => eachScoredPair(component, ...visitor),
    byDistance
  )
  settle(component, joins)
  return { groups }
}

/** The pairs by which some peers join, if nothing keeps them apart. */
function plainJoins(peers: readonly Peer[]): (readonly [string, string, number])[] {
  let groups = peers.map(({ id }) => [id])
  return plainPairs(peers).filter(([a, b]) => {
    const [one, other] = [a, b].map(id => groups.find(group => group.includes(id))) as [
      string[],
      string[]
    ]
    if (one !== other)
      groups = [...groups.filter(group => group !== one && group !== other), [...one, ...other]]
    return one !== other
  })
}
