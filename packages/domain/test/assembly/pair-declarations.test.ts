// Officers' declarations about pairs of reports: of two that do not know of each other the first
// counts, and incidents depend on what is known, not on when it arrived.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinsMax } from '../../src/assembly/assembly.ts'
import { declaredPairsMax, PairDeclarations } from '../../src/assembly/pair-declarations.ts'
import { explainPair } from '../../src/assembly/pair-score.ts'
import { type ReportView, viewOf } from '../../src/incident/incident.ts'
import type { IncidentState } from '../../src/incident/incident-event.ts'
import type { PairDeclared } from '../../src/record/theatre-record.ts'
import { FoldStory, type ReportSketch, revisionOf, throughText } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'

const at = '2025-06-05T00:00:00.000Z'
const word = (
  a: string,
  b: string,
  same: boolean,
  more: Partial<PairDeclared> = {}
): PairDeclared => ({
  reportIds: [a, b],
  same,
  by: 'officer',
  ...more
})

describe('declarations', () => {
  it('count if they know the latest one about their reports, and are too late if they do not', () => {
    const declared = new PairDeclarations()
    expect(
      declared.take('d1', at, word('a', 'b', false, { after: null, also: [['a', 'c']] }))
    ).toEqual({ kind: 'counts' })
    const late = declared.take('d2', at, word('c', 'd', true, { after: null, by: 'other' }))
    expect(late).toEqual({ kind: 'late', first: { id: 'd1', by: 'officer', at } })
    expect(declared.standing('c', 'd')).toBeUndefined()
    expect(declared.take('d3', at, word('c', 'd', true, { after: 'd1', by: 'other' }))).toEqual({
      kind: 'counts'
    })
    // There is no later declaration about other reports.
    expect(declared.take('d4', at, word('b', 'a', true, { after: 'd1' }))).toEqual({
      kind: 'counts'
    })
    expect(declared.standing('a', 'b')).toMatchObject({ same: true, declaration: { id: 'd4' } })
    expect(declared.standing('a', 'c')).toMatchObject({ same: false, declaration: { id: 'd1' } })
  })

  it('are refused above the limit, but existing ones can be changed', () => {
    const declared = new PairDeclarations()
    const also = Array.from({ length: declaredPairsMax - 1 }, (_, i) => ['a', `x${i}`] as const)
    expect(declared.take('d1', at, word('a', 'b', false, { also })).kind).toBe('counts')
    expect(declared.take('d2', at, word('c', 'd', false)).kind).toBe('full')
    expect(declared.take('d3', at, word('a', 'b', true)).kind).toBe('counts')
  })

  it('are restored from a snapshot, also from one without their authors', () => {
    const declared = new PairDeclarations()
    declared.take(
      'd1',
      at,
      word('a', 'b', false, {
        also: [
          ['a', 'c'],
          ['a', 'e']
        ]
      })
    )
    declared.take('d2', at, word('c', 'd', true))
    declared.take('d3', at, word('a', 'c', true))
    const restored = new PairDeclarations()
    restored.restore(JSON.parse(JSON.stringify(declared.snapshot())))
    expect(restored.snapshot()).toEqual(declared.snapshot())
    for (const id of ['a', 'b', 'c', 'd', 'e'])
      expect(restored.latestOf([id])).toEqual(declared.latestOf([id]))
    const old = new PairDeclarations()
    old.restore({ declared: [['a|b', true]] })
    expect(old.standing('a', 'b')).toEqual({ same: true, declaration: null })
    expect(old.take('d4', at, word('a', 'b', false, { after: null })).kind).toBe('counts')
  })
})

const view = (sketch: ReportSketch): ReportView =>
  viewOf(revisionOf(sketch), Date.parse(`${sketch.at}T00:00:00Z`), 'B')
const dioura = { settlement: 'Dioura', at: '2025-06-01', lat: 14.8252, lon: -5.2547 }

describe('why two reports are one incident', () => {
  it.each([
    [{ ...dioura, narrative: 'x' }, { ...dioura, narrative: 'x' }, 'copies of one text'],
    [dioura, { ...dioura, actors: ['JNIM'] }, 'same settlement, same day, both attack'],
    [
      { at: '2025-06-01', lat: 14, lon: -5, actors: ['JNIM'] },
      { at: '2025-06-02', lat: 14.03, lon: -5, actors: ['ISGS'], category: 'clash' as const },
      '3 km apart, one day apart, attack and clash, other perpetrators'
    ]
  ])('is explained in words: %j and %j', (one, other, words) => {
    expect(
      explainPair(view({ id: 'a', ...one }), view({ id: 'b', source: 'wire-2', ...other }))
    ).toBe(words)
  })

  it('is stated in the incident: one join less than reports, and no more than the limit', () => {
    const story = new FoldStory({ rules: [] })
    for (let i = 0; i < joinsMax + 10; i++)
      story.report({ id: `r${i}`, source: `wire-${i}`, ...dioura })
    const states = story.outputs.flatMap(({ incidents }) => incidents.map(({ data }) => data))
    for (const { reports, joins = [] } of states)
      expect(joins).toHaveLength(Math.min(joinsMax, reports.length - 1))
    expect(states.at(-1)?.reports).toHaveLength(joinsMax + 10)
  })
})

/** All incidents at the end of a story, by their reports. */
function incidentsOf(story: FoldStory): string[] {
  const standing = new Map<string, IncidentState>()
  for (const { type, data } of story.outputs.flatMap(({ incidents }) => incidents)) {
    for (const { reportId } of data.reports) standing.delete(reportId)
    for (const [id, state] of standing)
      if (state.incidentId === data.incidentId) standing.delete(id)
    if (type !== 'incident.withdrawn')
      for (const { reportId } of data.reports) standing.set(reportId, data)
  }
  const told = (state: IncidentState) => state.reports.map(({ reportId }) => reportId).join(' ')
  return [...new Set([...standing.values()].map(told))].sort()
}

const sketch = fc
  .record({ n: fc.nat(7), source: fc.nat(3), day: fc.nat(1), near: fc.nat(2), copy: fc.boolean() })
  .map(({ n, source, day, near, copy }): ReportSketch => {
    const place = near === 2 ? { lat: 15.9, lon: -5 } : { lat: 14 + near * 0.02, lon: -5 }
    return {
      id: `rep-${n}`,
      source: `wire-${(n + source) % 4}`,
      at: `2025-06-0${1 + day}`,
      ...place,
      ...(copy ? { narrative: 't' } : {})
    }
  })
const declaration = fc
  .record({
    a: fc.nat(7),
    b: fc.nat(7),
    c: fc.nat(7),
    same: fc.boolean(),
    after: fc.constantFrom(undefined, null, 'd0', 'd1', 'd2')
  })
  .filter(({ a, b, c }) => a !== b && b !== c && a !== c)
  .map(({ a, b, c, same, after }): PairDeclared => {
    const also = same ? [] : [[`rep-${a}`, `rep-${c}`] as const]
    return word(`rep-${a}`, `rep-${b}`, same, { also, ...(after === undefined ? {} : { after }) })
  })

describe('incidents with officers’ declarations', () => {
  it('are the same in any order of reports among the declarations, and after a snapshot', () => {
    let split = 0
    let merged = 0
    fc.assert(
      fc.property(
        fc.uniqueArray(sketch, { selector: ({ id }) => id, minLength: 3, maxLength: 8 }),
        fc.array(declaration, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        (sketches, words, chance) => {
          const tell = (order: readonly (ReportSketch | PairDeclared)[], isRestored: boolean) => {
            const story = new FoldStory({ rules: [], sources: [] })
            let spoken = 0
            for (const said of order) {
              if ('reportIds' in said)
                story.take({ type: 'pair.declared', data: said }, `d${spoken++}`)
              else story.report(said)
              if (isRestored) story.fold = throughText(story.fold)
            }
            return story
          }
          const first = tell([...sketches, ...words], false)
          const mixed: (ReportSketch | PairDeclared)[] = [...words]
          for (const each of sketches)
            mixed.splice((chance.next().value as number) % (mixed.length + 1), 0, each)
          const otherwise = tell(mixed, false)
          expect(incidentsOf(otherwise)).toEqual(incidentsOf(first))
          // A restored fold states the same, with the same reasons.
          expect(tell(mixed, true).outputs).toEqual(otherwise.outputs)
          const types = first.outputs.flatMap(({ incidents }) => incidents.map(({ type }) => type))
          split += types.includes('incident.split') ? 1 : 0
          merged += types.includes('incident.merged') ? 1 : 0
        }
      ),
      { numRuns: runsOf(300, 10) }
    )
    // Without declarations that change something the stories would prove nothing.
    expect(split).toBeGreaterThan(shareOf(20, 300, 10))
    expect(merged).toBeGreaterThan(shareOf(20, 300, 10))
  })
})
