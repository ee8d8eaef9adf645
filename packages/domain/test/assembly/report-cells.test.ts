// The search for related reports: no report that could be of the same incident is missed, wherever
// and whenever it is.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Assembler } from '../../src/assembly/assembly.ts'
import { pairKey } from '../../src/assembly/declared-partners.ts'
import { joinScoreMin, scorePair } from '../../src/assembly/pair-score.ts'
import { ReportCells } from '../../src/assembly/report-cells.ts'
import { assembleIncident, type ReportView, viewOf } from '../../src/incident/incident.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { revisionOf } from '../fold-story.ts'

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
      { numRuns: 200 }
    )
    expect(joining).toBeGreaterThan(300)
  })
})

describe('an incident of one report', () => {
  it('has the content of an incident of two copies, of which the second adds nothing', () => {
    fc.assert(
      fc.property(fc.array(sketches, { minLength: 1, maxLength: 8 }), drawn => {
        for (const view of viewsOf(drawn)) {
          const { contentKey: _one, reportIds, witnesses, ...alone } = assembleIncident([view])
          const { contentKey: _two, ...twice } = assembleIncident([view, view])
          expect(reportIds).toEqual([view.revision.reportId])
          expect(witnesses).toEqual(twice.witnesses.slice(0, 1))
          const { reportIds: _ids, witnesses: _all, ...rest } = twice
          expect(alone).toEqual(rest)
        }
      })
    )
  })
})

describe('declared pairs', () => {
  it('are found wherever their reports lie, also after a later declaration', () => {
    const far = viewsOf([])
    for (const [i, lat] of [0, 30, 60].entries())
      far.push(
        viewOf(revisionOf({ id: `f${i}`, at: day(i * 90), lat, source: `wire-${i}` }), 0, 'B')
      )
    const declared = new Map([[pairKey('f0', 'f1'), true]])
    const assembler = new Assembler(declared)
    for (const view of far) assembler.update(new Map([[view.revision.reportId, view]]))
    const groups = () =>
      [...assembler.incidents.values()].map(({ reportIds }) => reportIds.join(' ')).sort()
    expect(groups()).toEqual(['f0 f1', 'f2'])
    declared.set(pairKey('f1', 'f2'), true)
    assembler.reconsider(['f1', 'f2'])
    expect(groups()).toEqual(['f0 f1 f2'])
    declared.set(pairKey('f0', 'f1'), false)
    assembler.reconsider(['f0', 'f1'])
    expect(groups()).toEqual(['f0', 'f1 f2'])
  })
})

describe('a source that tells much of a village', () => {
  it('joins as any other, whatever the order of arrival and of what goes', () => {
    const told = (id: string, source: string, n: number) => {
      const sketch = {
        id,
        source,
        at: day(n % 3),
        settlement: `Village ${n % 2}`,
        lat: 13 + (n % 2) * 0.1,
        deaths: n % 4
      }
      return viewOf(revisionOf(sketch), Date.UTC(2025, 5, 1) + n, 'B')
    }
    const much = Array.from({ length: 120 }, (_, n) => told(`much-${n}`, 'wire-1', n))
    const others = Array.from({ length: 12 }, (_, n) => told(`other-${n}`, `voice-${n % 3}`, n))
    const all = [...much, ...others]
    const late = [told('late-0', 'radio-1', 0), told('late-1', 'radio-1', 1)]
    const groupsOf = (views: readonly ReportView[], gone: readonly ReportView[]) => {
      const assembler = new Assembler(new Map())
      for (const view of views) assembler.update(new Map([[view.revision.reportId, view]]))
      for (const view of gone) assembler.update(new Map([[view.revision.reportId, null]]))
      for (const view of late) assembler.update(new Map([[view.revision.reportId, view]]))
      return [...assembler.incidents.values()].map(({ reportIds }) => reportIds.join(' ')).sort()
    }
    fc.assert(
      fc.property(
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.subarray(all),
        (shuffled, gone) => {
          const left = all.filter(view => !gone.includes(view))
          const expected = groupsOf(left, [])
          expect(groupsOf(shuffled, gone)).toEqual(expected)
          // The few first: none of them finds another of its source around it.
          expect(groupsOf(left.toReversed(), [])).toEqual(expected)
        }
      ),
      { numRuns: 15 }
    )
    expect(groupsOf(all, []).some(group => group.includes('much') && group.includes('other'))).toBe(
      true
    )
  })
})
