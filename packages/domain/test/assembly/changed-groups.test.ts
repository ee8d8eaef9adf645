// What a report costs among many that join through one another, along a road: no more the longer
// the road is.

import { describe, expect, it } from 'vitest'
import { Assembler } from '../../src/assembly/assembly.ts'
import { regroupAround } from '../../src/assembly/changed-groups.ts'
import { pairKey } from '../../src/assembly/declared-partners.ts'
import {
  componentOf,
  type EachJoining,
  eachScoredPair,
  joinedGroups,
  type Peer
} from '../../src/assembly/scored-pairs.ts'
import { settle } from '../../src/assembly/settled-joins.ts'
import { type ReportView, viewOf } from '../../src/incident/incident.ts'
import { type ReportSketch, revisionOf } from '../fold-story.ts'

const view = (sketch: ReportSketch): ReportView =>
  viewOf(revisionOf(sketch), Date.parse(`${sketch.at}T00:00:00Z`), 'B')

/** Reports every kilometre of a road, of which each may join those around it, in no order. */
function road(length: number): ReportView[] {
  const reports = Array.from({ length }, (_, km) => {
    const place = { lat: 14 + km / 111.2, lon: -5, radiusKm: 5 }
    return view({ id: `r${km}`, source: `s${km % 7}`, at: `2025-06-0${1 + (km % 2)}`, ...place })
  })
  return reports.map((_, i) => reports[(i * 131) % length] as ReportView)
}

const idOf = ({ revision: { reportId } }: ReportView) => reportId
const shapeOf = (assembler: Assembler) =>
  [...assembler.incidents.values()].map(({ reportIds }) => reportIds.join()).sort()

describe('a report among many that join through one another', () => {
  it('reads no more of them the more there are, and what is withdrawn neither', () => {
    const costOf = (length: number) => {
      const assembler = new Assembler(new Map())
      const reports = road(length)
      const [most, last] = [reports.slice(0, -60), reports.slice(-60)]
      let reads = 0
      const counted = (of: ReportView) => {
        const get = () => {
          reads += 1
          return of.revision
        }
        return Object.defineProperty({ ...of }, 'revision', { get, enumerable: true }) as ReportView
      }
      for (const of of most) assembler.update(new Map([[idOf(of), counted(of)]]))
      reads = 0
      for (const of of last) assembler.update(new Map([[idOf(of), counted(of)]]))
      const coming = reads
      for (const of of last) assembler.update(new Map([[idOf(of), null]]))
      const fresh = new Assembler(new Map())
      fresh.update(new Map(most.map(of => [idOf(of), of])))
      expect(shapeOf(assembler)).toEqual(shapeOf(fresh))
      return { coming, leaving: reads - coming }
    }
    const [short, long] = [costOf(400), costOf(1_600)]

    expect(long.coming).toBeLessThan(1.5 * short.coming)
    expect(long.leaving).toBeLessThan(1.5 * short.leaving)
  })
})

describe('a report of one village', () => {
  it('reads no more the more villages others had joined that are withdrawn', () => {
    const costOf = (villages: number) => {
      let reads = 0
      const told = (id: string, source: string, village: number, others = 0): ReportView => {
        const placeOf = (i: number) => ({ lat: i / 10, lon: -5 })
        const alsoAt = Array.from({ length: others }, (_, i) => placeOf(4 * (village + i + 1)))
        const of = view({ id, source, at: '2025-06-01', ...placeOf(4 * village), alsoAt })
        const get = () => {
          reads += 1
          return of.revision
        }
        return Object.defineProperty({ ...of }, 'revision', { get, enumerable: true })
      }
      const assembler = new Assembler(new Map())
      const all = Array.from({ length: villages }, (_, i) => [
        told(`a${i}`, 'wire-1', i),
        told(`b${i}`, 'wire-2', i)
      ])
      for (const of of all.flat()) assembler.update(new Map([[idOf(of), of]]))
      for (let i = 0; i + 10 < villages; i += 10) {
        assembler.update(new Map([[`bridge${i}`, told(`bridge${i}`, 'bridge', i, 10)]]))
        assembler.update(new Map([[`bridge${i}`, null]]))
      }
      reads = 0
      for (let turn = 0; turn < 40; turn++)
        assembler.update(new Map([[`c${turn}`, told(`c${turn}`, `wire-${turn}`, 3)]]))
      return reads
    }
    expect(costOf(200)).toBeLessThan(1.5 * costOf(50))
  })
})

describe('reports that are together since one of them was declared the same as a third', () => {
  it('part when that one is withdrawn, though it was in a group of its own', () => {
    const told = (id: string, source: string, km: number, category: 'attack' | 'protest') =>
      view({ id, source, at: '2025-06-01', lat: 14 + km / 111.2, lon: -5, radiusKm: 12, category })
    // The protest can't come to the attack beside the road: the other protest, with which it is, is
    // of that source.
    const attacks = [
      told('west', 'wire-1', 0, 'attack'),
      told('road', 'wire-2', 15, 'attack'),
      told('east', 'wire-3', 30, 'attack')
    ]
    const [protest, beside] = [
      told('protest', 'wire-4', 40, 'protest'),
      told('beside', 'wire-1', 40, 'protest')
    ]
    const declared = new Map([
      [pairKey('protest', 'beside'), true],
      [pairKey('protest', 'west'), true]
    ])
    const assemblerOf = (reports: readonly ReportView[]) => {
      const assembler = new Assembler(declared)
      assembler.update(new Map(reports.map(of => [idOf(of), of])))
      return assembler
    }
    const assembler = assemblerOf([...attacks, protest, beside])
    const [whole, parted] = [
      assemblerOf([...attacks, protest, beside]),
      assemblerOf([...attacks, beside])
    ].map(shapeOf)
    expect(whole).toEqual(['beside,protest', 'east,road,west'])
    expect(parted).not.toContain('east,road,west')

    assembler.update(new Map([[idOf(protest), null]]))
    expect(shapeOf(assembler)).toEqual(parted)
    assembler.update(new Map([[idOf(protest), protest]]))
    expect(shapeOf(assembler)).toEqual(whole)
  })
})

const eachJoining: EachJoining = ({ scores }, visit) => {
  for (const [other, score] of scores ?? []) visit(other, score)
}
const apart = { areDeclared: null, areFar: () => false }

/** Peers of as many sources as are given. */
function peersOf(count: number, sources: readonly string[]): Peer[] {
  const views = sources.map(source => view({ id: source, source, at: '2025-06-01' }))
  return Array.from({ length: count }, (_, i): Peer => {
    const id = String(i).padStart(6, '0')
    const of = views[i % views.length] as ReportView
    return {
      id,
      view: of,
      scores: new Map(),
      crowd: null,
      rank: 0,
      place: 0,
      turn: 0,
      settled: null
    }
  })
}

function pair(one: Peer | undefined, other: Peer | undefined, score: number): void {
  one?.scores?.set(other as Peer, score)
  other?.scores?.set(one as Peer, score)
}

/**
 * The groups that are others once one of all that hang together has gone; null if all are looked
 * at.
 */
function groupsWithout(gone: Peer, peers: readonly Peer[]): string[][] | null {
  const component = componentOf(peers.slice(0, 1), eachJoining)
  const { joins } = joinedGroups(
    component.peers,
    (...visitor) => eachScoredPair(component, ...visitor),
    apart
  )
  settle(component, joins)
  const others = [...(gone.scores?.keys() ?? [])]
  for (const other of others) other.scores?.delete(gone)
  const changes = { gone: new Set([gone]), lost: new Set<Peer>(), gained: new Set<Peer>() }
  const changed = regroupAround(others, new Set(), changes, {
    eachJoining,
    mayJoin: () => true,
    apart
  })
  return changed?.groups.map(group => group.map(({ id }) => id)) ?? null
}

describe('a report that goes', () => {
  it('from a group of hundreds has that group looked at, and not all that hang together with it', () => {
    const size = 220
    const sources = Array.from({ length: size }, (_, i) => `wire-${i}`)
    const peers = peersOf(3 * size, sources)
    for (const [i, peer] of peers.entries())
      for (let k = i - (i % size); k < i; k++) pair(peer, peers[k], 1)
    // One of each group hangs together with those of the next ones, and is of their source.
    for (const from of [0, 1]) pair(peers[(from + 1) * size - 1], peers[(from + 2) * size - 1], 0.5)
    const rest = peers.slice(1, size).map(({ id }) => id)
    expect(groupsWithout(peers[0] as Peer, peers)).toEqual([rest])
  })

  it('from a country told of for years, in which 300,000 hang together, is taken away', () => {
    const peers = peersOf(300_000, ['wire-1', 'wire-2'])
    for (const [i, peer] of peers.slice(1).entries()) pair(peers[i], peer, i % 2 === 0 ? 1 : 0.5)
    expect(groupsWithout(peers[150_000] as Peer, peers)).toEqual([['150001']])
  })
})
