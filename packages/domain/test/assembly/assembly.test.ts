import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Assembler } from '../../src/assembly/assembly.ts'
import { scorePair } from '../../src/assembly/pair-score.ts'
import { type ReportView, viewOf } from '../../src/incident/incident.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { type ReportSketch, revisionOf } from '../fold-story.ts'
import { runsOf } from '../test-size.ts'

const view = (sketch: ReportSketch): ReportView =>
  viewOf(revisionOf(sketch), Date.parse(`${sketch.at}T00:00:00Z`), 'B')
const dioura = { settlement: 'Dioura', at: '2025-06-01', lat: 14.8252, lon: -5.2547 }

function incidentsOf(
  views: readonly ReportView[],
  declared = new Map<string, boolean>()
): string[][] {
  const assembler = new Assembler(declared)
  for (const v of views) assembler.update(new Map([[v.revision.reportId, v]]))
  return [...assembler.incidents.values()].map(i => [...i.reportIds]).sort()
}

describe('assembly', () => {
  it('joins reports of different sources that agree on place, day and kind', () => {
    expect(
      incidentsOf([
        view({ id: 'a', ...dioura }),
        view({ id: 'b', source: 'wire-2', ...dioura, category: 'clash' })
      ])
    ).toEqual([['a', 'b']])
  })

  it('never joins two reports of one source', () => {
    expect(incidentsOf([view({ id: 'a', ...dioura }), view({ id: 'b', ...dioura })])).toEqual([
      ['a'],
      ['b']
    ])
  })

  it('does not join reports two days or thirty kilometres apart', () => {
    expect(
      scorePair(
        view({ id: 'a', ...dioura }),
        view({ id: 'b', source: 'wire-2', ...dioura, at: '2025-06-04' })
      )
    ).toBe(0)
    const far = { id: 'b', source: 'wire-2', at: '2025-06-01', lat: 15.1, lon: -5.2547 }
    expect(
      scorePair(view({ id: 'a', at: '2025-06-01', lat: 14.8252, lon: -5.2547 }), view(far))
    ).toBe(0)
  })

  it('keeps a month of blockade and one day of it apart', () => {
    const month = {
      id: 'a',
      settlement: 'Diosso',
      at: '2025-01-01',
      to: '2025-01-31',
      category: 'blockade'
    } as const
    expect(
      scorePair(
        view(month),
        view({ ...month, id: 'b', source: 'wire-2', at: '2025-01-10', to: '2025-01-10' })
      )
    ).toBe(0)
  })

  it('counts copies of one text as one source, and each independent source', () => {
    const assembler = new Assembler(new Map())
    const reports = [
      view({ id: 'a', ...dioura, narrative: 'text' }),
      view({ id: 'b', source: 'wire-2', ...dioura, narrative: 'text' }),
      view({ id: 'c', source: 'wire-3', ...dioura, narrative: 'other' })
    ]
    assembler.update(new Map(reports.map(r => [r.revision.reportId, r])))
    const [incident] = [...assembler.incidents.values()]
    expect(incident?.reportIds).toEqual(['a', 'b', 'c'])
    expect(incident?.origins).toEqual(['wire-1', 'wire-3'])
  })

  it('gives an incident the id of its first report, whichever arrived first', () => {
    const early = view({ id: 'z', source: 'wire-2', ...dioura })
    const late = viewOf(revisionOf({ id: 'a', ...dioura }), Date.parse('2025-06-05T00:00:00Z'), 'B')
    for (const order of [
      [early, late],
      [late, early]
    ]) {
      const assembler = new Assembler(new Map())
      for (const v of order) assembler.update(new Map([[v.revision.reportId, v]]))
      expect([...assembler.incidents.keys()]).toEqual(['z'])
    }
  })

  it('keeps apart what an operator declared different, and joins what was declared the same', () => {
    const pair = [view({ id: 'a', ...dioura }), view({ id: 'b', source: 'wire-2', ...dioura })]
    expect(incidentsOf(pair, new Map([['a|b', false]]))).toEqual([['a'], ['b']])
    const far = [
      view({ id: 'a', ...dioura }),
      view({ id: 'b', source: 'wire-2', at: '2025-06-20', lat: 12, lon: -8 })
    ]
    expect(incidentsOf(far, new Map([['a|b', true]]))).toEqual([['a', 'b']])
  })

  it('keeps earlier corroborations while a town is reported for months', () => {
    const days = Array.from({ length: 150 }, (_, i) =>
      formatTime(Date.parse('2025-01-01') + i * dayMs).slice(0, 10)
    )
    const incidents = incidentsOf(
      days.flatMap(at => [
        view({ id: `a${at}`, ...dioura, at }),
        view({ id: `b${at}`, source: 'wire-2', ...dioura, at })
      ])
    )
    expect(incidents).toHaveLength(150)
  })

  it('joins only copies in a crowd', () => {
    const crowd = Array.from({ length: 240 }, (_, i) =>
      view({ id: `r${i}`, source: `s${i}`, ...dioura, ...(i < 2 ? { narrative: 'one text' } : {}) })
    )
    const incidents = incidentsOf(crowd)
    expect(incidents).toHaveLength(239)
    expect(incidents).toContainEqual(['r0', 'r1'])
  })

  it('makes the same incidents from the same reports, in any order of arrival, change and withdrawal', () => {
    const sketch = fc
      .record({
        n: fc.nat(25),
        source: fc.constantFrom('w1', 'w2', 'w3', 'w4'),
        day: fc.nat(6),
        spot: fc.nat(5),
        copy: fc.nat(3)
      })
      .map(
        r =>
          ({
            id: `${r.source}-${r.n}`,
            source: r.source,
            at: formatTime(Date.parse('2025-01-01') + r.day * dayMs).slice(0, 10),
            lat: 14 + r.spot * 0.07,
            lon: -5,
            ...(r.copy === 0 ? { narrative: `t${r.day}` } : {})
          }) as ReportSketch
      )
    fc.assert(
      fc.property(
        fc.array(sketch, { minLength: 2, maxLength: 40 }),
        fc.array(fc.nat(39), { maxLength: 10 }),
        (sketches, gone) => {
          const final = new Map(sketches.map(s => [s.id, view(s)]))
          const removed = new Set(gone.map(i => sketches[i % sketches.length]?.id ?? ''))
          const assembler = new Assembler(new Map())
          for (const s of sketches) assembler.update(new Map([[s.id, view(s)]]))
          for (const id of removed) assembler.update(new Map([[id, null]]))
          const there = [...final.values()].filter(v => !removed.has(v.revision.reportId)).reverse()
          const fresh = new Assembler(new Map())
          fresh.update(new Map(there.map(v => [v.revision.reportId, v])))
          const shape = (a: Assembler) =>
            [...a.incidents.values()].sort((x, y) => (x.id < y.id ? -1 : 1))
          expect(shape(assembler)).toEqual(shape(fresh))
        }
      ),
      { numRuns: runsOf(300, 10) }
    )
  })
})
