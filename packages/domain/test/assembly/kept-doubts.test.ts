// What incidents say of others that may be one with them, while those change, are forgotten and
// come back by a restart.

import { describe, expect, it } from 'vitest'
import { Assembler, doubtOf } from '../../src/assembly/assembly.ts'
import { type ReportView, viewOf } from '../../src/incident/incident.ts'
import { type ReportSketch, revisionOf } from '../fold-story.ts'

const dioura = { settlement: 'Dioura', lat: 14.8252, lon: -5.2547 }
const told = (sketch: ReportSketch): ReportView =>
  viewOf(revisionOf({ ...dioura, ...sketch }), Date.parse('2025-01-01'), 'B')
const changesOf = (views: readonly ReportView[]) =>
  new Map(views.map(each => [each.revision.reportId, each]))
const shapeOf = (assembler: Assembler) =>
  [...assembler.incidents.values()].sort((a, b) => (a.id < b.id ? -1 : 1))

function anew(views: readonly ReportView[]): Assembler {
  const assembler = new Assembler(new Map())
  assembler.update(changesOf(views))
  return assembler
}

const summary = { source: 'monitor', at: '2025-01-01', to: '2025-01-20', deaths: 30 } as const

describe('an incident that may be one with two others', () => {
  it('says the toll of each, also when they change places', () => {
    const tolls = (one: number, other: number) => [
      told({ id: 'one', source: 'wire-1', at: '2025-01-05', deaths: one }),
      told({ id: 'other', source: 'wire-1', at: '2025-01-09', deaths: other })
    ]
    const monitor = told({ id: 'monitor', ...summary })
    const assembler = anew([monitor, ...tolls(1, 12)])
    expect(
      assembler.incidentOfReport('monitor')?.mayBe?.map(({ fatalities }) => fatalities.best)
    ).toEqual([1, 12])
    assembler.update(changesOf(tolls(12, 1)))
    expect(shapeOf(assembler)).toEqual(shapeOf(anew([monitor, ...tolls(12, 1)])))
  })
})

describe('an incident that may be one with a forgotten one', () => {
  it('says so until it changes itself, after a restart as without one', () => {
    // Two summaries join; a third is of a source of theirs, and others come to that one.
    const summaries = [
      told({ id: 'first', ...summary, actors: ['ISSP'] }),
      told({ id: 'second', ...summary, source: 'council', actors: ['ISSP'] }),
      told({ id: 'third', ...summary, source: 'council', actors: ['JNIM'] })
    ]
    const old = told({ id: 'old', source: 'wire-1', at: '2025-01-05', deaths: 3 })
    const assembler = anew([...summaries, old])
    const all = changesOf(summaries)
    expect(assembler.incidentOfReport('first')?.reportIds).toEqual(['first', 'second'])
    expect(assembler.incidentOfReport('first')?.mayBe).toHaveLength(1)
    assembler.drop(['old'])
    const again = new Assembler(new Map())
    for (const incident of assembler.incidents.values())
      again.restoreGroup(
        incident.reportIds.map(id => all.get(id) as ReportView),
        doubtOf(incident)
      )
    const visitor = changesOf([
      told({ id: 'visitor', ...summary, source: 'radio', actors: ['JNIM'], deaths: 0 })
    ])
    const [kept, restored] = [assembler, again].map(each => each.update(visitor))
    expect(kept?.added.map(({ reportIds }) => reportIds)).toEqual([['third', 'visitor']])
    expect(restored).toEqual(kept)
    expect(shapeOf(again)).toEqual(shapeOf(assembler))
  })
})
