// The machine of coordinated attacks finds what an immutable fold finds, whatever comes, goes and
// passes the boundary.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyPattern } from '../../../src/detection/pattern.ts'
import { coordinatedAttack } from '../../../src/patterns/coordinated/coordinated-attack.ts'
import { dayMs, formatTime, hourMs } from '../../../src/space-time/event-time.ts'
import { coursesOf, expectTheSame, type Seen } from '../../detection/two-detections.ts'
import { coordinatedAttack as oracle } from '../../oracles/coordinated-attack.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'

const startMs = Date.parse('2024-01-04T00:00:00Z')

const said = (days: number, everyDays: number) =>
  fc.record({
    id: fc.uuid(),
    day: fc.integer({ min: 0, max: Math.floor(days / everyDays) }).map(n => n * everyDays),
    hour: fc.constantFrom(null, null, null, 1, 6, 20),
    lasts: fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 40),
    km: fc.constantFrom(0, 20, 40, 55, 75, 110, 140),
    alsoKm: fc.option(fc.constantFrom(0, 75, 200), { freq: 6 }),
    radiusKm: fc.constantFrom(2, 2, 2, 2, 25, 50),
    credibility: fc.constantFrom<2 | 5>(2, 2, 2, 2, 2, 5),
    actors: fc.constantFrom(['JNIM'], ['JNIM'], [' jnim', 'Army'], ['Army'], ['gunmen']),
    handling: fc.constantFrom<'public' | 'partners' | 'restricted'>(
      'public',
      'public',
      'partners',
      'restricted'
    ),
    isCapital: fc.constantFrom(false, false, false, false, true),
    drill: fc.constantFrom(false, false, false, false, false, true)
  })

const incidentArb = (days: number, everyDays: number) =>
  said(days, everyDays).map(({ id, day, hour, lasts, km, alsoKm, isCapital, ...rest }) => {
    const atMs = startMs + day * dayMs
    const at = (ms: number) =>
      hour === null ? formatTime(ms).slice(0, 10) : formatTime(ms + hour * hourMs)
    const spot = (far: number) => ({ settlement: `Post ${far}`, lat: 12 + far / 111.195, lon: -5 })
    return incidentFrom({
      id,
      at: at(atMs),
      to: at(atMs + lasts * dayMs),
      ...spot(km),
      ...(alsoKm === null ? {} : { alsoAt: [spot(alsoKm)] }),
      ...(isCapital ? { seat: 'country' as const } : {}),
      ...rest
    })
  })

const common = { rateDays: 28, leaveHours: 72 }
const settings = [
  { parameters: { ...common, alpha: 0.2 }, days: 60, everyDays: 1 },
  {
    parameters: { ...common, alpha: 0.05, sitesMin: 2, escalateSites: 3 },
    days: 200,
    everyDays: 3
  },
  {
    parameters: {
      ...common,
      alpha: 0.6,
      sitesMin: 2,
      escalateSites: 4,
      windowHours: 36,
      leaveHours: 400
    },
    days: 90,
    everyDays: 2
  },
  {
    parameters: { ...common, alpha: 1, sitesMin: 2, windowHours: 6, leaveHours: 12 },
    days: 40,
    everyDays: 1
  },
  // More support than is named.
  {
    parameters: { ...common, alpha: 1, sitesMin: 2, escalateSites: 3, leaveHours: 400 },
    days: 12,
    everyDays: 1
  },
  { parameters: { rateDays: 364 }, days: 300, everyDays: 10 }
]
const runs = runsOf(50, 10)

describe('the machine of coordinated attacks', () => {
  it.each(settings.map(setting => [JSON.stringify(setting), setting] as const))(
    'finds what the fold finds, with %s',
    (_, setting) => {
      const { parameters, days, everyDays } = setting
      const seen: Seen = { found: 0, ended: 0, removed: 0 }
      fc.assert(
        fc.property(coursesOf(incidentArb(days, everyDays), 90), fc.boolean(), (steps, isKept) => {
          const retentionDays = isKept ? 5000 : parameters.rateDays + 90
          expectTheSame(
            coordinatedAttack as unknown as AnyPattern,
            oracle as unknown as AnyPattern,
            { steps, startMs, retentionDays, parameters },
            seen
          )
        }),
        { numRuns: runs }
      )
      expect(Math.min(seen.found, seen.ended, seen.removed)).toBeGreaterThan(shareOf(20, 50, 10))
    }
  )
})
