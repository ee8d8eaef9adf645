// Joins of reports that differ in grade, day, place and toll: nothing uncertain counts for more
// than it is.

import { describe, expect, it } from 'vitest'
import { Assembler } from '../../src/assembly/assembly.ts'
import { pairKey } from '../../src/assembly/declared-partners.ts'
import { joinScoreMin, scorePair } from '../../src/assembly/pair-score.ts'
import {
  assembleIncident,
  type Incident,
  type ReportView,
  viewOf
} from '../../src/incident/incident.ts'
import type { Place, Reliability, ReportRevision } from '../../src/report/report.ts'
import { type ReportSketch, revisionOf } from '../fold-story.ts'

const diosso = { settlement: 'Diosso', at: '2025-06-01' } as const

interface Told extends ReportSketch {
  readonly reliability?: Reliability
  /** What differs in the revision from the short form. */
  readonly but?: Partial<ReportRevision>
  readonly placeBut?: Partial<Place>
}

function told({ reliability = 'B', but, placeBut, ...sketch }: Told): ReportView {
  const revision = { ...revisionOf(sketch), ...but }
  const placed = placeBut ? { ...revision, place: { ...revision.place, ...placeBut } } : revision
  return viewOf(placed, Date.parse(placed.reportedAt), reliability)
}

function incidentsOf(
  views: readonly ReportView[],
  declared = new Map<string, boolean>()
): Incident[] {
  const assembler = new Assembler(declared)
  for (const view of views) assembler.update(new Map([[view.revision.reportId, view]]))
  return [...assembler.incidents.values()]
}

function areJoined(a: ReportView, b: ReportView): boolean {
  return scorePair(a, b) >= joinScoreMin
}

describe('days', () => {
  const on = (at: string, source = 'wire-2', to = at) =>
    told({ id: `${source} ${at}`, ...diosso, source, at, to })

  it('one apart join, two apart do not', () => {
    expect(areJoined(on('2025-06-01', 'wire-1'), on('2025-06-02'))).toBe(true)
    expect(areJoined(on('2025-06-01', 'wire-1'), on('2025-06-03'))).toBe(false)
    const chain = ['2025-06-01', '2025-06-03', '2025-06-05', '2025-06-07'].map((at, i) =>
      on(at, `wire-${i}`)
    )
    expect(incidentsOf(chain)).toHaveLength(4)
  })
})

describe('places', () => {
  const sevare = { settlement: 'Sévaré', lat: 14.52, lon: -4.1 }
  const konna = { settlement: 'Konna', lat: 14.95, lon: -3.9 }

  it('of several reports join in any order of arrival, and none is lost', () => {
    const views = [
      told({ id: 'a', at: '2025-06-01', ...sevare, alsoAt: [konna] }),
      told({
        id: 'b',
        source: 'wire-2',
        at: '2025-06-01',
        ...konna,
        alsoAt: [sevare, { settlement: 'Fatoma', lat: 14.6, lon: -4.05 }]
      })
    ]
    const [incident, ...rest] = incidentsOf(views)
    expect(rest).toEqual([])
    const names = [incident?.place, ...(incident?.alsoAt ?? [])]
      .map(place => place?.settlementName)
      .sort()
    expect(names).toEqual(['Fatoma', 'Konna', 'Sévaré'])
    expect(incidentsOf(views.toReversed())[0]?.alsoAt).toEqual(incident?.alsoAt)
  })
})

describe('grades', () => {
  const good = told({ id: 'a', ...diosso, category: 'blockade', actors: ['Army'] })
  const bad = told({
    id: 'b',
    ...diosso,
    source: 'wire-2',
    reliability: 'E',
    credibility: 5,
    category: 'blockade',
    tactics: ['hunger', 'aid-denied'],
    deaths: 80,
    actors: ['JNIM', 'ISGS'],
    targets: ['civilians'],
    persons: [{ key: 'p', role: 'captured', kind: null, aliasKeys: [] }],
    unnamed: [{ role: 'captured', kind: 'commander' }],
    alsoAt: [{ settlement: 'Konna' }]
  })

  it('that may not trigger add nothing to those that may: no tactic, toll, actor, target, person or place', () => {
    const [joined, alone] = [assembleIncident([good, bad]), assembleIncident([good])]
    expect(joined.reportIds).toEqual(['a', 'b'])
    for (const field of [
      'tactics',
      'fatalities',
      'actors',
      'targets',
      'persons',
      'unnamed',
      'place',
      'alsoAt',
      'credibility'
    ] as const) {
      expect(joined[field], field).toEqual(alone[field])
    }
  })

  it('that may not trigger confirm nothing, however many there are', () => {
    const doubtful = ['wire-1', 'wire-2', 'wire-3'].map((source, i) =>
      told({ id: `${i}`, ...diosso, source, reliability: 'E', credibility: 5 })
    )
    const incident = assembleIncident(doubtful)
    expect([incident.credibility, incident.passesGrade]).toEqual([5, false])
  })
})

describe('tolls and persons', () => {
  it('a later toll of equal grade wins, however precise the date of the first report', () => {
    const first = told({
      id: 'a',
      ...diosso,
      at: '2025-06-01T05:10:00Z',
      deaths: 3,
      reportedAt: '2025-06-01T09:00:00.000Z'
    })
    const later = told({
      id: 'b',
      ...diosso,
      source: 'wire-2',
      deaths: 45,
      reportedAt: '2025-06-03T09:00:00.000Z'
    })
    const last = told({
      id: 'c',
      ...diosso,
      source: 'wire-3',
      deaths: 48,
      reportedAt: '2025-06-04T09:00:00.000Z'
    })
    const incident = assembleIncident([first, later, last])
    expect([incident.fatalities.best, incident.exact]).toEqual([48, true])
    const rumour = told({
      id: 'd',
      ...diosso,
      source: 'wire-4',
      credibility: 3,
      deaths: 400,
      reportedAt: '2025-06-05T09:00:00.000Z'
    })
    expect(assembleIncident([first, later, last, rumour]).fatalities.best).toBe(48)
  })

  it('gaps of the later report are filled by earlier ones, unless they contradict it', () => {
    const tolls = [
      { later: [null, 5, null], earlier: [200, 240, 300], is: { low: null, best: 5, high: 300 } },
      { later: [20, null, null], earlier: [3, 5, 9], is: { low: 20, best: null, high: null } },
      { later: [null, null, 10], earlier: [12, 20, 30], is: { low: null, best: null, high: 10 } },
      { later: [null, 5, null], earlier: [3, 4, 9], is: { low: 3, best: 5, high: 9 } }
    ] as const
    for (const { later, earlier, is } of tolls) {
      const first = told({
        id: 'a',
        ...diosso,
        deaths: earlier,
        reportedAt: '2025-06-01T09:00:00.000Z'
      })
      const last = told({
        id: 'b',
        ...diosso,
        source: 'wire-2',
        deaths: later,
        reportedAt: '2025-06-03T09:00:00.000Z'
      })
      expect(assembleIncident([first, last]).fatalities).toEqual(is)
    }
  })

  it('persons without names are as many as one report states, less those whom another one names, in any order', () => {
    const captured = { role: 'captured', kind: 'commander' }
    const guard = { role: 'killed', kind: null }
    const telling = (id: string, source: string, unnamed: ReportSketch['unnamed']) =>
      told({ id, ...diosso, source, ...(unnamed && { unnamed }) })
    const [one, two] = [
      telling('a', 'wire-1', [captured]),
      telling('b', 'wire-2', [guard, captured, captured])
    ]
    for (const reports of [
      [one, two],
      [two, one]
    ])
      expect(assembleIncident(reports)).toMatchObject({
        persons: [],
        unnamed: [captured, captured, guard]
      })
    const naming = told({
      id: 'c',
      ...diosso,
      source: 'wire-3',
      persons: [{ key: 'p', ...captured, aliasKeys: [] }]
    })
    expect(assembleIncident([one, two, naming])).toMatchObject({
      persons: [{ key: 'p' }],
      unnamed: [captured, guard]
    })
    expect(assembleIncident([one, naming])).not.toHaveProperty('unnamed')
    expect(assembleIncident([one])).toMatchObject({ unnamed: [captured] })
    expect(assembleIncident([telling('d', 'wire-4', undefined)])).not.toHaveProperty('unnamed')
  })
})

describe('an officer who declares two reports the same', () => {
  const declared = new Map([[pairKey('a', 'b'), true]])

  it('cannot make a drill part of the world', () => {
    const world = told({ id: 'a', ...diosso, deaths: 3 })
    const drill = told({ id: 'b', ...diosso, source: 'wire-2', deaths: 60, drill: true })
    expect(incidentsOf([world, drill], declared)).toHaveLength(2)
  })

  it('cannot make a statistic an incident', () => {
    const incident = told({ id: 'a', ...diosso, deaths: 3 })
    const statistic = told({
      id: 'b',
      ...diosso,
      source: 'wire-2',
      category: 'statistic',
      deaths: 478
    })
    expect(incidentsOf([incident, statistic], declared)).toHaveLength(2)
  })
})
