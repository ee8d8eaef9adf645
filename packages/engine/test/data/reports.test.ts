import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Reports } from '../../src/data/reports.ts'
import { makeReport, type ReportSketch } from '../support/make-report.ts'

function write(reports: Reports, sketch: ReportSketch): number {
  const report = makeReport(sketch)
  const row = reports.acceptRevision(report)
  if (row >= 0) reports.write(row, report)
  return row
}

describe('revisions of a report', () => {
  it('give one row and one content, in whatever order they come', () => {
    const revision = fc.record({
      reportedAt: fc.constantFrom('2025-06-02T00:00:00.000Z', '2025-06-03T00:00:00.000Z'),
      contentHash: fc.constantFrom('a', 'b', 'c')
    })
    fc.assert(
      fc.property(fc.array(revision, { minLength: 1, maxLength: 6 }), revisions => {
        const listState = (order: typeof revisions) => {
          const reports = new Reports()
          for (const each of order)
            write(reports, { ...each, reportId: 'r', tactics: [`other:${each.contentHash}`] })
          const { hashes, details, columns, names } = reports
          const tactics = details.get(0)!.otherTactics.map(tactic => names.getText(tactic))
          return [hashes[0], tactics, columns.reportedMs[0], columns.firstReportedMs[0]]
        }
        expect(listState([...revisions].reverse())).toEqual(listState(revisions))
      })
    )
  })

  it('change nothing if they are equal, outdated, or of a withdrawn report', () => {
    const reports = new Reports()
    const june = '2025-06-03T00:00:00.000Z'
    expect(write(reports, { reportId: 'r', reportedAt: june })).toBe(0)
    expect(write(reports, { reportId: 'r', reportedAt: june })).toBe(-1)
    reports.withdrawn.add('r')
    expect(write(reports, { reportId: 'r', reportedAt: '2025-06-04T00:00:00.000Z' })).toBe(-1)
  })
})

describe('the place of a report', () => {
  it.each([
    [4, 'near Aného (4 km)'],
    [38, '38 km NW of Aného']
  ])('without a name is named by the nearest settlement, %i km away', (km, name) => {
    const reports = new Reports()
    const near = { name: 'Aného', km, wind: 'north-west' } as const
    write(reports, { place: { name: null, lat: 1, lon: 2, near } })
    expect(reports.names.getText(reports.columns.nearName[0]!)).toBe(name)
  })

  it('is the first that does not contradict its country', () => {
    const reports = new Reports()
    write(reports, {
      place: { name: 'Far', contradiction: 'country' },
      alsoAt: [{ name: 'Near', lat: 1, lon: 2 }, { name: 'Beside' }]
    })
    expect(reports.names.getText(reports.columns.shownName[0]!)).toBe('Near')
    expect(reports.details.get(0)!.places).toHaveLength(1)
    write(reports, { place: { name: 'Far', contradiction: 'country' } })
    expect(reports.getPlace(1)).toMatchObject({ lat: Number.NaN, country: -1, admin1: -1 })
  })
})

it('a source that is configured again regrades its present reports', () => {
  const reports = new Reports()
  write(reports, { sourceId: 'a' })
  write(reports, { sourceId: 'b' })
  write(reports, { sourceId: 'a' })
  reports.columns.present[2] = 0
  expect(reports.configureSource('a', 'B')).toEqual([0])
  expect(reports.configureSource('a', 'B')).toEqual([])
  expect([...reports.columns.reliability.slice(0, 2)]).toEqual([1, 3])
})

it('a snapshot restores rows, names and the months of an eviction', () => {
  const reports = new Reports()
  write(reports, { reportId: 'old', at: '2020-01-01', linkKeys: ['x'] })
  write(reports, { reportId: 'new', at: '2025-06-01', place: { settlement: 'ML-4/diosso' } })
  const restored = new Reports()
  restored.restore(structuredClone(reports.exportState()))
  expect(restored.exportState()).toEqual(reports.exportState())
  const revision = makeReport({ reportId: 'old', contentHash: 'hash-1' })
  expect(restored.acceptRevision(revision)).toBe(0)
  expect(restored.names.find('ML-4/diosso')).toBe(reports.columns.settlement[1])
  const rows = restored.listEndedBefore(45_000)
  expect(rows).toEqual([0])
  restored.releaseRow(0)
  expect(restored.acceptRevision(makeReport({ reportId: 'third' }))).toBe(0)
})
