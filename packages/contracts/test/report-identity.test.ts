import fc from 'fast-check'
import { expect, it } from 'vitest'
import { normalizeText } from '../src/report/normal-text.ts'
import {
  computeReportId,
  computeRevisionRecordId,
  computeWithdrawalRecordId
} from '../src/report/report-identity.ts'

it('keeps reports of different sources apart, whatever they call them', () => {
  const anyText = fc.string()
  fc.assert(
    fc.property(anyText, anyText, anyText, anyText, (source, name, otherSource, otherName) => {
      const isSame = source === otherSource && normalizeText(name) === normalizeText(otherName)
      expect(computeReportId(source, name) === computeReportId(otherSource, otherName)).toBe(isSame)
    })
  )
})

it('never changes an id: these were written by the first version', () => {
  expect(computeReportId('wire-1', 'W-1')).toBe('3c99c456b5acd04690b428f136860dcc')
  expect(computeRevisionRecordId('sahel', 'r', ['c'])).toBe('efb6156623e6c4685c2b7626a4f61933')
  expect(computeRevisionRecordId('sahel', 'r', ['c', '2025-06-02T09:00:00.000Z'])).toBe(
    'c1d0421fadd26d009825c28a34fd994e'
  )
  expect(computeWithdrawalRecordId('sahel', 'r')).toBe('dcd1fef2018b91398c400ecd35c61a72')
})
