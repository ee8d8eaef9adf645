// The search for related reports: no report that could be of the same incident is missed, wherever
// and whenever it is.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinScoreMin, scorePair } from '../../src/assembly/pair-score.ts'
import { ReportCells } from '../../src/assembly/report-cells.ts'
import { type ReportView, viewOf } from '../../src/incident/incident.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { revisionOf } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'

const day = (n: number) => formatTime(Date.UTC(2025, 0, 1) + n * dayMs).slice(0, 10)

const sketches = fc.record({
  lat: fc.oneof(
    fc.double({ min: -0.4, max: 0.4, noNaN: true }),
    fc.double({ min: 13.8, max: 14.2, noNaN: true }),
    fc.double({ min: 88, max: 90, noNaN: true })
  ),
  lon: fc.oneof(
    fc.double({ min: -0.4, max: 0.4, noNaN: true }),
    fc.constantFrom(-180, -179.9, 179.9, 179.99, 180)
  ),
  isPlaced: fc.integer({ min: 0, max: 5 }),
  settlement: fc.constantFrom(undefined, undefined, 'Dioura', 'Diosso'),
  radiusKm: fc.constantFrom(2, 25),
  from: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: -3, max: 40 })),
  lasts: fc.constantFrom(0, 0, 0, 1, 5, 9, 12, 40, 60, 200),
  source: fc.constantFrom('wire-1', 'wire-2', 'wire-3'),
  narrative: fc.constantFrom(undefined, undefined, 'one', 'two'),
  deaths: fc.nat({ max: 9 }),
  credibility: fc.constantFrom(1 as const, 2 as const, 4 as const, 6 as const)
})

function viewsOf(
  drawn: readonly (typeof sketches extends fc.Arbitrary<infer T> ? T : never)[]
): ReportView[] {
  return drawn.map(({ isPlaced, lat, lon, from, lasts, settlement, narrative, ...rest }, i) => {
    const sketch = {
      id: `r${i}`,
      at: day(from),
      to: day(from + lasts),
      ...(isPlaced === 0 ? { lat: null, lon: null } : { lat, lon }),
      ...(settlement === undefined ? {} : { settlement }),
      ...(narrative === undefined ? {} : { narrative }),
      ...rest
    }
    return viewOf(revisionOf(sketch), Date.UTC(2025, 5, 1) + i, 'B')
  })
}

describe('report cells', () => {
  it('find every report that another could join, filed now or later, and none that was removed (200 theatres)', () => {
    let joining = 0
    fc.assert(
      fc.property(fc.array(sketches, { minLength: 10, maxLength: 30 }), fc.nat(), (drawn, cut) => {
        const views = viewsOf(drawn)
        const cells = new ReportCells()
        for (const [i, view] of views.entries()) {
          if ((cut + i) % 3 === 0) cells.fileLater(view.revision.reportId, view)
          else cells.file(view.revision.reportId, view)
        }
        const gone = views.filter((_, i) => (cut + i) % 5 === 0)
        for (const view of gone) cells.remove(view.revision.reportId, view)
        for (const view of views) {
          const found = new Set<string>()
          cells.eachAround(view, id => found.add(id))
          for (const other of views) {
            if (gone.includes(other)) expect(found.has(other.revision.reportId)).toBe(false)
            else if (other !== view && scorePair(view, other) >= joinScoreMin) {
              joining += 1
              expect(found.has(other.revision.reportId)).toBe(true)
            }
          }
        }
      }),
      { numRuns: runsOf(200, 10) }
    )
    expect(joining).toBeGreaterThan(shareOf(300, 200, 10))
  })
})
