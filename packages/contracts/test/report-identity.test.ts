import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  computeReportId,
  computeRevisionRecordId,
  computeWithdrawalRecordId,
  hashReport
} from '../src/report/report-identity.ts'

const body = { source: { id: 'wire-1' }, category: 'attack', deep: { b: [1, 2], a: null } }
const identity = { sourceId: 'wire-1', externalId: null, idempotencyKey: null, body }

it('knows a report by its external id before its key, and by its key before its body', () => {
  const byExternal = computeReportId({ ...identity, externalId: 'W-1', idempotencyKey: 'k' })
  expect(byExternal).toBe(computeReportId({ ...identity, externalId: 'W-1', body: {} }))
  const byKey = computeReportId({ ...identity, idempotencyKey: 'k' })
  expect(byKey).toBe(computeReportId({ ...identity, idempotencyKey: 'k', body: {} }))
  expect(new Set([byExternal, byKey, computeReportId(identity)]).size).toBe(3)
})

it('keeps reports of different sources apart, whatever they call them', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.string(),
      fc.string(),
      (source, external, otherSource, otherExternal) => {
        const one = computeReportId({ ...identity, sourceId: source, externalId: external })
        const other = computeReportId({
          ...identity,
          sourceId: otherSource,
          externalId: otherExternal
        })
        expect(one === other).toBe(source === otherSource && external === otherExternal)
      }
    )
  )
})

it('gives equal content one hash, whatever the order of members', () => {
  expect(
    hashReport({ deep: { a: null, b: [1, 2] }, category: 'attack', source: { id: 'wire-1' } })
  ).toBe(hashReport(body))
  expect(hashReport({ ...body, deep: { b: [2, 1], a: null } })).not.toBe(hashReport(body))
})

it('never changes an id: these were written by the first version', () => {
  expect(computeReportId({ ...identity, externalId: 'W-1' })).toBe(
    '3c99c456b5acd04690b428f136860dcc'
  )
  expect(computeReportId({ ...identity, idempotencyKey: 'k' })).toBe(
    '534d3210adfae5003ec416eee2edeaee'
  )
  expect(computeReportId(identity)).toBe('ec7eb3b999cdd5d2a17cddc8293678c8')
  expect(hashReport(body)).toBe('d91e03028c822fae19a23614277c0130')
  expect(computeRevisionRecordId('sahel', 'r', ['c'])).toBe('efb6156623e6c4685c2b7626a4f61933')
  expect(computeRevisionRecordId('sahel', 'r', ['c', '2025-06-02T09:00:00.000Z'])).toBe(
    'c1d0421fadd26d009825c28a34fd994e'
  )
  expect(computeWithdrawalRecordId('sahel', 'r')).toBe('dcd1fef2018b91398c400ecd35c61a72')
})
