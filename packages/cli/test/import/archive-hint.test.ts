import { describe, expect, it } from 'vitest'
import { type DeclaredSource, formatArchiveHint } from '../../src/import/archive-hint.ts'

const nowMs = Date.parse('2025-06-01T00:00:00Z')
const declared: DeclaredSource = {
  id: 'acled',
  reliability: 'B',
  latenessDays: 21,
  cadenceDays: 3,
  archive: false
}

describe('the hint for sources with old rows only', () => {
  it('is the command that declares them as archives, with their present settings', () => {
    expect(
      formatArchiveHint({ acled: '2020-01-01', 'ucdp-ged': '2016-12-31' }, [declared], nowMs)
    ).toEqual([
      'its rows are old, and the source is not declared as an archive: tocsin sources set acled --reliability B --lateness-days 21 --cadence-days 3 --archive',
      'its rows are old, and the source is not declared as an archive: tocsin sources set ucdp-ged --reliability F --archive'
    ])
    expect(formatArchiveHint({ "a b'c": '2016-12-31' }, [], nowMs)[0]).toContain(
      "set 'a b'\\''c' --rel"
    )
  })

  it('is absent for archives and for current rows', () => {
    expect(
      formatArchiveHint({ acled: '2020-01-01' }, [{ ...declared, archive: true }], nowMs)
    ).toEqual([])
    expect(formatArchiveHint({ acled: '2025-05-20' }, [declared], nowMs)).toEqual([])
  })
})
