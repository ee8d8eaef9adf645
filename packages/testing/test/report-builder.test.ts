import { describe, expect, it } from 'vitest'
import { aReport } from '../src/report/report-builder.ts'

describe('built reports', () => {
  it('have ids derived from source and external id, and hashes derived from the content', () => {
    expect(aReport({ externalId: 'W-2' }).reportId).not.toBe(aReport().reportId)
    expect(aReport({ credibility: 3 })).toMatchObject({ reportId: aReport().reportId })
    expect(aReport({ credibility: 3 }).contentHash).not.toBe(aReport().contentHash)
  })
})
