// Reports that were declared the same lie wherever one of them does, and to find that out costs
// what they are, not what their pairs are: an officer may declare hundreds in a chain.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { declaredScore, farUnlessDeclared } from '../../src/assembly/declared-partners.ts'
import { areFarApart } from '../../src/assembly/far-apart.ts'
import type { EachJoining, Peer } from '../../src/assembly/scored-pairs.ts'
import { viewOf } from '../../src/incident/incident.ts'
import { revisionOf } from '../fold-story.ts'

function peerAt(i: number, km: number): Peer {
  const view = viewOf(
    revisionOf({ id: `r${i}`, at: '2024-01-01', lat: 14 + km / 111.2, lon: -5 }),
    0,
    'B'
  )
  return {
    id: `r${i}`,
    view,
    scores: new Map(),
    crowd: null,
    rank: 0,
    place: 0,
    turn: 0,
    settled: null
  }
}

function score(one: Peer, other: Peer, as: number): void {
  one.scores?.set(other, as)
  other.scores?.set(one, as)
}

const eachJoining: EachJoining = (peer, visit) => {
  for (const [other, as] of peer.scores ?? []) visit(other, as)
}

/** By its definition, without a memory. */
function isFar(one: Peer, other: Peer): boolean {
  const together = (peer: Peer) => {
    const found = new Set([peer])
    for (const each of found)
      for (const [next, as] of each.scores ?? []) if (as >= declaredScore) found.add(next)
    return [...found]
  }
  return together(one).every(a => together(other).every(b => areFarApart(a.view, b.view)))
}

describe('reports that were declared the same', () => {
  it('are far from others where all of them are, whatever was asked before (200 worlds)', () => {
    const world = fc.record({
      alongKm: fc.array(fc.constantFrom(0, 10, 30, 60, 90, 150), { minLength: 2, maxLength: 20 }),
      declared: fc.array(
        fc.tuple(fc.nat(19), fc.nat(19), fc.constantFrom(1, declaredScore, declaredScore)),
        { maxLength: 20 }
      ),
      asked: fc.array(fc.tuple(fc.nat(19), fc.nat(19)), { maxLength: 60 })
    })
    fc.assert(
      fc.property(world, ({ alongKm, declared, asked }) => {
        const peers = alongKm.map((km, i) => peerAt(i, km))
        const at = (i: number) => peers[i % peers.length] as Peer
        for (const [a, b, as] of declared) if (at(a) !== at(b)) score(at(a), at(b), as)
        const areFar = farUnlessDeclared(eachJoining)
        for (const [a, b] of asked) expect(areFar(at(a), at(b))).toBe(isFar(at(a), at(b)))
      }),
      { numRuns: 200 }
    )
  })

  it('are looked for once for each report, however many pairs are asked for', () => {
    const peers = Array.from({ length: 60 }, (_, i) => peerAt(i, i < 30 ? 0 : 200))
    const [here, there] = [peers.slice(0, 30), peers.slice(30)]
    for (const some of [here, there])
      for (const [i, peer] of some.slice(1).entries()) score(some[i] as Peer, peer, declaredScore)
    const walked: Peer[] = []
    const areFar = farUnlessDeclared((peer, visit) => {
      walked.push(peer)
      eachJoining(peer, visit)
    })
    expect(here.every(one => there.every(other => areFar(one, other)))).toBe(true)
    expect(walked.length).toBe(peers.length)

    score(here[0] as Peer, there[0] as Peer, declaredScore)
    walked.length = 0
    const areFarNow = farUnlessDeclared((peer, visit) => {
      walked.push(peer)
      eachJoining(peer, visit)
    })
    expect(here.some(one => there.some(other => areFarNow(one, other)))).toBe(false)
    expect(walked.length).toBe(peers.length)
  })
})
