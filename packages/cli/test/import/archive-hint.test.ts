import { describe, expect, it } from 'vitest'
import { archiveLines, type DeclaredSource } from '../../src/import/archive-hint.ts'

const nowMs = Date.parse('2025-06-01T00:00:00Z')
const declared: DeclaredSource = { id: 'acled', reliability: 'B', latenessDays: 21, cadenceDays: 3, archive: false }

describe('what is said of sources of old news', () => {
  it('is the command that declares them, with what is declared already', () => {
    expect(archiveLines({ acled: '2020-01-01', 'ucdp-ged': '2016-12-31' }, [declared], nowMs)).toEqual([
      'old news, and its source is no archive yet: tocsin sources set acled --reliability B --lateness-days 21 --cadence-days 3 --archive',
      'old news, and its source is no archive yet: tocsin sources set ucdp-ged --reliability F --archive'
    ])
    expect(archiveLines({ "a b'c": '2016-12-31' }, [], nowMs)[0]).toContain("set 'a b'\\''c' --rel")
  })

  it('is nothing for archives and for news of today', () => {
    expect(archiveLines({ acled: '2020-01-01' }, [{ ...declared, archive: true }], nowMs)).toEqual([])
    expect(archiveLines({ acled: '2025-05-20' }, [declared], nowMs)).toEqual([])
  })
})
