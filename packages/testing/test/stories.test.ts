import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordsOf, shuffledArb, storiesArb } from '../src/report/report-arbitraries.ts'
import { aReport } from '../src/report/report-builder.ts'

describe('generated stories', () => {
  it('give the same records for the same story, and unique ids but for what is the same', () => {
    fc.assert(
      fc.property(storiesArb(), stories => {
        const once = [...recordsOf(stories).values()].flat()
        expect([...recordsOf(stories).values()].flat()).toEqual(once)
        const byId = new Map(once.map(record => [record.id, JSON.stringify(record)]))
        for (const record of once) expect(JSON.stringify(record)).toBe(byId.get(record.id))
      })
    )
  })

  it('write a report that moves to both theatres, whole', () => {
    fc.assert(
      fc.property(storiesArb(), stories => {
        const [west, east] = [...recordsOf(stories).values()].map(
          records => new Set(records.flatMap(r => (r.type === 'report.received' ? [r.data.reportId] : [])))
        )
        for (const records of recordsOf(stories).values()) {
          for (const record of records) {
            if (record.type !== 'report.received') continue
            if (west!.has(record.data.reportId) && east!.has(record.data.reportId)) continue
            expect(record.data.theatre).toBe(record.theatre)
          }
        }
      })
    )
  })

  it('are shuffled without loss, and the last tick stays last', () => {
    const withOrder = storiesArb(5).chain(stories => {
      const records = [...recordsOf(stories).values()][0]!
      return shuffledArb(records).map(shuffled => ({ records, shuffled }))
    })
    fc.assert(
      fc.property(withOrder, ({ records, shuffled }) => {
        expect(new Set(shuffled)).toEqual(new Set(records))
        expect(shuffled.at(-1)).toBe(records.at(-1))
      })
    )
  })
})

describe('built reports', () => {
  it('have ids that follow source and external id, and hashes that follow what is said', () => {
    expect(aReport({ externalId: 'W-2' }).reportId).not.toBe(aReport().reportId)
    expect(aReport({ credibility: 3 })).toMatchObject({ reportId: aReport().reportId })
    expect(aReport({ credibility: 3 }).contentHash).not.toBe(aReport().contentHash)
  })
})
