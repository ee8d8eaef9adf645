import type { SourceDeclaration } from '@tocsin/contracts/record/control-record'
import { describe, expect, it } from 'vitest'
import { mayReportAs, readSourceConfig } from '../../src/control/source-declaration.ts'

const wire: SourceDeclaration = {
  id: 'wire-1',
  reliability: 'B',
  latenessDays: 2,
  cadenceDays: 7,
  archive: false
}

describe('a source', () => {
  it('accepts all reporters until it names its own', () => {
    expect(
      [undefined, wire, { ...wire, reporters: null }].map(source => mayReportAs(source, 'key_1'))
    ).toEqual([true, true, true])
    const closed = { ...wire, reporters: ['key_1', 'oidc:nora'] }
    expect(
      ['key_1', 'oidc:nora', 'key_2', 'oidc:', 'key_'].map(id => mayReportAs(closed, id))
    ).toEqual([true, true, false, false, false])
    expect(mayReportAs({ ...wire, reporters: [] }, 'key_1')).toBe(false)
  })

  it('tells theatres its grading, never its reporters', () => {
    expect(readSourceConfig({ ...wire, reporters: ['key_1'] })).toEqual(wire)
  })
})
