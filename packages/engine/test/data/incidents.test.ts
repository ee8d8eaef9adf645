import { describe, expect, it } from 'vitest'
import { Incidents } from '../../src/data/incidents.ts'
import { Reports } from '../../src/data/reports.ts'
import { flag } from '../../src/data/vocabulary.ts'
import { makeReport, type ReportSketch } from '../support/make-report.ts'

/** The incident of some reports; `grades`: the reliability of their sources. */
function compose(sketches: readonly ReportSketch[], grades: Record<string, 'A' | 'B' | 'D'> = {}) {
  const reports = new Reports()
  for (const [source, grade] of Object.entries(grades)) reports.configureSource(source, grade)
  const rows = sketches.map(sketch => {
    const report = makeReport(sketch)
    const row = reports.acceptRevision(report)
    reports.write(row, report)
    return row
  })
  const incidents = new Incidents(reports)
  const row = incidents.compose(rows)
  const getText = (number: number) => reports.names.getText(number)
  return { incidents, reports, row, columns: incidents.columns, getText }
}

describe('an incident of several reports', () => {
  it('has the row of the first report and the least interval', () => {
    const { row, columns } = compose([
      { sourceId: 'a', at: ['2025-06-01', '2025-06-03'], reportedAt: '2025-06-09T00:00:00.000Z' },
      { sourceId: 'b', at: ['2025-06-02', '2025-06-04'], reportedAt: '2025-06-08T00:00:00.000Z' }
    ])
    expect(row).toBe(1)
    expect(columns.toDay[1]! - columns.fromDay[1]!).toBe(1)
  })

  it('reads usable reports alone if there are some, the best first', () => {
    const { row, columns, incidents } = compose(
      [
        { sourceId: 'a', category: 'shelling', fatalities: { low: 9, best: 9, high: 9 } },
        { sourceId: 'b', category: 'attack', fatalities: { low: null, best: 4, high: null } },
        { sourceId: 'c', category: 'clash', fatalities: { low: 2, best: 3, high: 3 } }
      ],
      { a: 'D', b: 'A', c: 'B' }
    )
    expect(incidents.listDeciding(row)).toEqual([1, 2])
    // The best figure is of the best source; a lower bound fills the gap, an upper one contradicts.
    expect([columns.low[row], columns.best[row], columns.high[row]]).toEqual([2, 4, -1])
    expect(columns.credibility[row]).toBe(2)
    expect(columns.flags[row]! & flag.gradeKnown).toBe(flag.gradeKnown)
  })

  it('counts outlets that print one text as one source', () => {
    const { incidents, row } = compose([
      { sourceId: 'a', narrativeKey: 'x' },
      { sourceId: 'b', narrativeKey: 'x', linkKeys: ['y'] },
      { sourceId: 'c', linkKeys: ['y'] },
      { sourceId: 'd' }
    ])
    expect(incidents.getOrigins(row)).toHaveLength(2)
  })

  it('lists every other place once', () => {
    const far = { name: 'Far', lat: 15.5, lon: -5.2 }
    const { incidents, row, reports } = compose([
      { sourceId: 'a', reportId: '1', alsoAt: [far, { ...far, name: 'Third', lat: 16 }] },
      {
        sourceId: 'b',
        reportId: '2',
        place: { ...far, lat: 15.52 },
        alsoAt: [{ name: 'Fourth', lat: 17 }]
      }
    ])
    const names = incidents.otherPlaces.get(row)!.map(({ name }) => reports.names.getText(name))
    expect(names).toEqual(['far', 'third', 'fourth'])
  })

  it('has each person once with all names, and as many unnamed as one report has at most', () => {
    const hostage = { role: 'abducted', kind: 'foreigner' }
    const { incidents, row, getText } = compose([
      {
        sourceId: 'a',
        persons: [{ key: 'k', aliasKeys: ['l'], role: null, kind: 'foreigner' }],
        unnamed: [hostage, hostage]
      },
      { sourceId: 'b', persons: [{ key: 'k', aliasKeys: ['m'], ...hostage }], unnamed: [hostage] }
    ])
    const people = incidents.listPeople(row)
    expect(people.map(({ keys }) => keys.map(getText).sort())).toEqual([['k', 'l', 'm'], []])
  })
})

describe('the area of an incident', () => {
  const unresolved = { resolution: 'unresolved', lat: null, lon: null, radiusKm: null } as const
  it.each([
    ['found by coordinates', {}, true],
    ['stated by a good source', { ...unresolved, statedAdmin1: 'ML-4' }, true],
    ['not stated, of an unknown place', unresolved, false],
    ['contradicted by the coordinates', { statedAdmin1: 'ML-4', contradiction: 'admin1' }, false]
  ] as const)('%s: certain %s', (_, place, isCertain) => {
    const { columns, row } = compose([{ place }])
    expect((columns.flags[row]! & flag.areaCertain) !== 0).toBe(isCertain)
  })

  it('is not certain if a poor source states it', () => {
    const place = { ...unresolved, statedAdmin1: 'ML-4' }
    const { columns, row } = compose([{ place, sourceId: 'd' }], { d: 'D' })
    expect(columns.flags[row]! & flag.areaCertain).toBe(0)
  })

  it('is the stated one where another report has the point', () => {
    const { columns, row, getText } = compose(
      [
        { sourceId: 'a', place: { settlement: 'ML-4/diosso', admin1: 'ML-4' } },
        { sourceId: 'b', place: { admin1: 'ML-5', statedAdmin1: 'ML-5' } }
      ],
      { a: 'A', b: 'B' }
    )
    expect(getText(columns.admin1[row]!)).toBe('ML-5')
    expect(getText(columns.settlement[row]!)).toBe('ML-4/diosso')
  })
})

it('names of actors that identify none are left out', () => {
  const { incidents, row, getText } = compose([
    {
      actors: [
        { name: 'Gunmen', role: 'perpetrator' },
        { name: ' JNIM ', role: 'perpetrator' },
        { name: 'Army', role: null }
      ]
    }
  ])
  expect(incidents.getActors(row).map(getText)).toEqual(['jnim'])
})

it('tactics outside the vocabulary are listed by name', () => {
  const { incidents, row, getText } = compose([{ tactics: ['hunger', 'other:ipc-4'] }])
  expect(incidents.listOtherTactics(row).map(getText)).toEqual(['other:ipc-4'])
})
