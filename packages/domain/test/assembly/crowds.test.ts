import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Assembler, doubtOf } from '../../src/assembly/assembly.ts'
import { joinScoreMin, scorePair } from '../../src/assembly/pair-score.ts'
import { FoldWork } from '../../src/fold/fold-work.ts'
import { partnersMax } from '../../src/incident/crowds.ts'
import { type Incident, type ReportView, viewOf } from '../../src/incident/incident.ts'
import { type Handling, handlings, maySee } from '../../src/report/handling.ts'
import { type ReportSketch, revisionOf } from '../fold-story.ts'
import { runsOf } from '../test-size.ts'

const view = (sketch: ReportSketch): ReportView =>
  viewOf(revisionOf(sketch), Date.parse(`${sketch.at}T00:00:00Z`), 'B')
const dioura = { settlement: 'Dioura', at: '2025-06-01', lat: 14.8252, lon: -5.2547 }

type Views = ReadonlyMap<string, ReportView>

const changesOf = (views: Iterable<ReportView>) =>
  new Map(Array.from(views, each => [each.revision.reportId, each]))
const shapeOf = (assembler: Assembler) =>
  [...assembler.incidents.values()].sort((a, b) => (a.id < b.id ? -1 : 1))

function anew(views: Iterable<ReportView>, max?: number): Assembler {
  const assembler = new Assembler(new Map(), new FoldWork(), max)
  assembler.update(changesOf(views))
  return assembler
}

function restored(of: Assembler, views: Views, max?: number): Assembler {
  const assembler = new Assembler(new Map(), new FoldWork(), max)
  const crowded = new Map(of.crowded())
  for (const incident of of.incidents.values()) {
    const group = incident.reportIds.map(id => views.get(id) as ReportView)
    assembler.restoreGroup(group, doubtOf(incident), crowded)
  }
  return assembler
}

/** Those in a crowd for readers of a handling: every pair is looked at. */
function crowdedFor(level: Handling, views: Views, max: number): string[] {
  const seen = [...views.values()].filter(({ revision }) => maySee(level, revision.handling))
  const isPartner = (a: ReportView, b: ReportView) =>
    a.revision.sourceId !== b.revision.sourceId && scorePair(a, b) >= joinScoreMin
  return seen
    .filter(one => seen.filter(other => isPartner(one, other)).length > max)
    .map(({ revision }) => revision.reportId)
}

const sketch = fc
  .record({
    n: fc.nat(8),
    source: fc.constantFrom('w1', 'w2', 'w3', 'w4', 'w5', 'w6'),
    day: fc.integer({ min: 1, max: 3 }),
    spot: fc.nat(2),
    copy: fc.nat(5),
    handling: fc.constantFrom(...handlings)
  })
  .map(
    ({ n, source, day, spot, copy, handling }): ReportSketch => ({
      id: `${source}-${n}`,
      source,
      at: `2025-01-0${day}`,
      lat: 14 + spot * 0.1,
      lon: -5,
      handling,
      ...(copy === 0 ? { narrative: `text ${n % 2}` } : {})
    })
  )
const act = fc.oneof(
  { weight: 6, arbitrary: sketch.map(add => ({ add })) },
  { weight: 3, arbitrary: fc.nat(60).map(remove => ({ remove })) },
  { weight: 1, arbitrary: fc.constant({ restore: true as const }) }
)

describe('a crowd of reports', () => {
  it('is the same from the same reports: in any order, changed, withdrawn or restored', () => {
    fc.assert(
      fc.property(
        fc.array(act, { minLength: 8, maxLength: 40 }),
        fc.integer({ min: 1, max: 4 }),
        (acts, max) => {
          const there = new Map<string, ReportView>()
          let assembler = new Assembler(new Map(), new FoldWork(), max)
          for (const each of acts) {
            if ('add' in each) there.set(each.add.id, view(each.add))
            const gone =
              'remove' in each
                ? [...there.keys()][each.remove % Math.max(1, there.size)]
                : undefined
            if (gone !== undefined) there.delete(gone)
            if ('add' in each) assembler.update(new Map([[each.add.id, view(each.add)]]))
            else if (gone !== undefined) assembler.update(new Map([[gone, null]]))
            else if ('restore' in each) assembler = restored(assembler, there, max)
            expect(shapeOf(assembler)).toEqual(shapeOf(anew([...there.values()].reverse(), max)))
          }
        }
      ),
      { numRuns: runsOf(150, 10) }
    )
  })

  it('is counted for the readers of each handling, whatever else there is', () => {
    fc.assert(
      fc.property(
        fc.array(sketch, { minLength: 5, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        (sketches, max) => {
          const views = changesOf(sketches.map(view))
          const crowded = anew(views.values(), max).crowded()
          for (const [rank, level] of handlings.entries()) {
            const known = crowded.filter(([id, counts]) => {
              return (
                (counts[rank] as number) > max &&
                maySee(level, views.get(id)?.revision.handling ?? 'restricted')
              )
            })
            expect(known.map(([id]) => id).sort()).toEqual(crowdedFor(level, views, max).sort())
          }
        }
      )
    )
  })

  it('does not depend on reports that its readers may not see', () => {
    const told = (count: number, handling: Handling, prefix: string) =>
      Array.from({ length: count }, (_, i) =>
        view({ id: `${prefix}${i}`, source: `${prefix}${i}`, ...dioura, handling })
      )
    const open = told(150, 'public', 'p')
    const whole = shapeOf(anew([...open, ...told(100, 'restricted', 'r')]))
    expect(whole.filter(({ handling }) => handling === 'public')).toEqual(shapeOf(anew(open)))
    const hidden = whole.filter(({ handling }) => handling === 'restricted')
    expect([hidden.length, hidden.every(({ inCrowd }) => inCrowd === true)]).toEqual([100, true])
  })

  it('of more than 200 is told by each of its incidents, and no longer once it has gone', () => {
    const reports = Array.from({ length: partnersMax + 2 }, (_, i) =>
      view({ id: `r${i}`, source: `s${i}`, ...dioura })
    )
    const elsewhere = view({
      id: 'elsewhere',
      ...dioura,
      settlement: 'Ténenkou',
      lat: 14.4572,
      lon: -4.9169
    })
    const assembler = anew([...reports, elsewhere])
    const inCrowd = ({ inCrowd }: Incident) => inCrowd === true
    expect(shapeOf(assembler).filter(inCrowd)).toHaveLength(partnersMax + 2)
    expect(shapeOf(assembler).find(({ id }) => id === 'elsewhere')?.inCrowd).toBeUndefined()
    const { removed, added } = assembler.update(new Map([['r0', null]]))
    expect([removed.length, added.length, added[0]?.reportIds.length]).toEqual([
      partnersMax + 2,
      1,
      partnersMax + 1
    ])
    expect(shapeOf(assembler).some(inCrowd)).toBe(false)
  })
})
