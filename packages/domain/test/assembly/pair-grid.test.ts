// Pairs that are kept while reports come, against all pairs searched anew.

import { expect, it } from 'vitest'
import {
  gridPeersMax,
  gridPeersMin,
  gridScoresMax,
  PairGrid
} from '../../src/assembly/pair-grid.ts'
import {
  type EachJoining,
  type EachPair,
  eachScoredPair,
  type Peer,
  smallComponent
} from '../../src/assembly/scored-pairs.ts'
import { viewOf } from '../../src/incident/incident.ts'
import { revisionOf } from '../fold-story.ts'

const view = viewOf(revisionOf({ id: 'r', at: '2024-01-01' }), 0, 'B')
const peers = Array.from({ length: gridPeersMax + 1 }, (_, i): Peer => {
  // Ids in another order than that in which they come.
  const id = `${(i * 7_919) % 10_007}`
  return { id, view, scores: null, crowd: null, rank: 0, place: 0, turn: 0, settled: null }
})
const numberOf = new Map(peers.map((peer, i) => [peer, i]))
const scoreOf = (one: Peer, other: Peer): number | null => {
  const sum = (numberOf.get(one) as number) + (numberOf.get(other) as number)
  return sum % 3 === 0 ? null : ((sum % 5) + 1) / 4
}
const among =
  (some: readonly Peer[]): EachJoining =>
  (peer, visit) => {
    for (const other of some) {
      const score = other === peer ? null : scoreOf(peer, other)
      if (score !== null) visit(other, score)
    }
  }

function pairsIn(some: readonly Peer[], each: EachPair): string[] {
  const pairs: string[] = []
  const visit = (a: number, b: number, score: number) => {
    pairs.push(`${some[a]?.id} ${some[b]?.id} ${score}`)
    return false
  }
  each(visit, () => false)
  return pairs
}

it('has the pairs in their order, also once it has grown', () => {
  const first = peers.slice(0, gridPeersMin)
  const grid = PairGrid.of(smallComponent(first, scoreOf)) as PairGrid
  for (let count = gridPeersMin; count < 200; count++) {
    expect(grid.add(peers[count] as Peer, among(peers.slice(0, count + 1)))).toBe(true)
    if (count % 25 !== 0) continue
    const component = smallComponent(peers.slice(0, count + 1), scoreOf)
    expect(grid.peers).toEqual(component.peers)
    expect(pairsIn(grid.peers, grid.eachPair)).toEqual(
      pairsIn(component.peers, visit => eachScoredPair(component, visit))
    )
  }
  let visited = 0
  grid.eachPair(
    () => ++visited === 7,
    () => false
  )
  expect(visited).toBe(7)
})

it('keeps neither few peers nor too many, nor pairs of too many scores', () => {
  expect(PairGrid.of(smallComponent(peers.slice(0, gridPeersMin - 1), scoreOf))).toBeNull()
  expect(PairGrid.of(smallComponent(peers, scoreOf))).toBeNull()
  const full = PairGrid.of(smallComponent(peers.slice(0, gridPeersMax), scoreOf)) as PairGrid
  expect(full.add(peers[gridPeersMax] as Peer, among(peers))).toBe(false)
  const few = peers.slice(0, gridPeersMin)
  const ofMany = (one: Peer, other: Peer) =>
    ((numberOf.get(one) as number) + (numberOf.get(other) as number)) / 100
  expect(2 * gridPeersMin).toBeGreaterThan(gridScoresMax)
  expect(PairGrid.of(smallComponent(few, ofMany))).toBeNull()
})

it('is of no use where a peer may join one that it does not have', () => {
  const grid = PairGrid.of(smallComponent(peers.slice(0, gridPeersMin), scoreOf)) as PairGrid
  expect(grid.add(peers[gridPeersMin + 1] as Peer, among(peers.slice(0, gridPeersMin + 2)))).toBe(
    false
  )
})
