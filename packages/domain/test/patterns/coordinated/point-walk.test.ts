// The walk through the points of a window gives what a search through all of them gives, whatever
// came and went since the last one, and looks at what is new alone.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Incident } from '../../../src/incident/incident.ts'
import { PointWalk } from '../../../src/patterns/coordinated/point-walk.ts'
import { sitesApart } from '../../../src/patterns/episode/sites-apart.ts'
import { onSphere } from '../../../src/space-time/point-clusters.ts'
import { incidentFrom } from '../pattern-fold.ts'

/** Attacks on one of nine points in a row, some 22 km from each other. */
const attacks = Array.from({ length: 40 }, (_, n) =>
  incidentFrom({ id: `a${n}`, at: '2025-06-01', lat: 12 + (n % 9) * 0.2, lon: -5 })
)

function pointsOf({ place: { lat, lon } }: Incident) {
  return [onSphere({ lat: lat as number, lon: lon as number })]
}

const asked = { least: 2, most: 5 }

function walkOf() {
  let looks = 0
  const walk = new PointWalk(
    incident => {
      looks += 1
      return pointsOf(incident)
    },
    points => sitesApart(points, 30, asked)
  )
  return { walk, looks: () => looks }
}

describe('a walk through points', () => {
  it('gives for each attack what all up to it make, after whatever walk', () => {
    const list = fc.array(fc.integer({ min: 0, max: attacks.length - 1 }), {
      minLength: 1,
      maxLength: 12
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(list, fc.nat(11), fc.nat(11)), { maxLength: 6 }), walks => {
        const { walk } = walkOf()
        for (const [numbers, one, other] of walks) {
          const some = numbers.map(n => attacks[n] as Incident)
          const first = Math.min(one, other, some.length - 1)
          const end = Math.min(Math.max(one, other) + 1, some.length)
          walk.walk(some, first, end)
          for (let at = first; at < end; at++)
            expect(walk.sitesUpTo(at)).toEqual(
              sitesApart(some.slice(first, at + 1).flatMap(pointsOf), 30, asked)
            )
        }
      })
    )
  })

  it('looks at one more attack alone, and at those after one that went', () => {
    const { walk, looks } = walkOf()
    walk.walk(attacks.slice(0, 30), 0, 30)
    walk.walk(attacks.slice(0, 31), 0, 31)
    expect(looks()).toBe(31)
    walk.walk(attacks.slice(0, 31), 0, 31)
    expect(looks()).toBe(31)
    walk.walk(attacks.slice(0, 31).toSpliced(20, 1), 0, 30)
    expect(looks()).toBe(41)
  })
})
