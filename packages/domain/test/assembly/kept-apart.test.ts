// Two groups that are kept apart by one report of each are held against each other once, not at
// each pair of theirs.

import { expect, it } from 'vitest'
import { regroupAround } from '../../src/assembly/changed-groups.ts'
import {
  componentOf,
  type EachJoining,
  eachScoredPair,
  joinedGroups,
  type Peer
} from '../../src/assembly/scored-pairs.ts'
import { settle, settleWith } from '../../src/assembly/settled-joins.ts'
import { viewOf } from '../../src/incident/incident.ts'
import { revisionOf } from '../fold-story.ts'

/** Reports of each group. */
const size = 60
const nobody: ReadonlySet<Peer> = new Set()

it('groups that are apart stay so while more reports come to them', () => {
  const peers = Array.from({ length: 2 * size + 2 }, (_, i): Peer => {
    const id = String(i).padStart(3, '0')
    // One of each group lies at the ends.
    const lat = i === size - 1 ? 14 : i === 2 * size - 1 ? 14.3 : 14.15
    const view = viewOf(revisionOf({ id, source: id, at: '2025-06-01', lat, lon: -5 }), 0, 'B')
    return { id, view, scores: new Map(), crowd: null, rank: 0, place: 0, turn: 0, settled: null }
  })
  const [before, visitor, newcomer] = [
    peers.slice(0, -2),
    peers.at(-2) as Peer,
    peers.at(-1) as Peer
  ]
  const isWest = (peer: Peer) => peers.indexOf(peer) < size
  const meet = (one: Peer, other: Peer) => {
    const score = isWest(one) === isWest(other) ? 1 : 0.5
    one.scores?.set(other, score)
    other.scores?.set(one, score)
  }
  for (const [i, peer] of before.entries())
    for (const other of before.slice(0, i)) meet(peer, other)
  const eachJoining: EachJoining = ({ scores }, visit) => {
    for (const [other, score] of scores ?? []) visit(other, score)
  }
  let asked = 0
  const areFar = (one: Peer, other: Peer) => {
    asked += 1
    return (
      Math.abs(
        (one.view.revision.place.lat as number) - (other.view.revision.place.lat as number)
      ) > 0.25
    )
  }
  const apart = { areDeclared: null, areFar }
  const isFewAsked = () => {
    expect(asked).toBeLessThan(4 * size * size)
    asked = 0
  }

  const component = componentOf(before, eachJoining)
  const { groups, joins } = joinedGroups(
    component.peers,
    (...visitor) => eachScoredPair(component, ...visitor),
    apart
  )
  expect(groups.map(({ length }) => length)).toEqual([size, size])
  isFewAsked()
  settle(component, joins)

  for (const other of before) meet(visitor, other)
  expect(settleWith(visitor, eachJoining, areFar)).toHaveLength(size)
  isFewAsked()

  for (const other of [...before, visitor]) meet(newcomer, other)
  const changes = { gone: nobody, lost: nobody, gained: nobody }
  const changed = regroupAround([...before, visitor], new Set([newcomer]), changes, {
    eachJoining,
    mayJoin: () => true,
    apart
  })
  expect(changed?.groups.map(({ length }) => length)).toEqual([size + 2])
  isFewAsked()
})
