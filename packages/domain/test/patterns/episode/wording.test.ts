// How headlines name places and days.

import { describe, expect, it } from 'vitest'
import { besidePlace, placeName } from '../../../src/patterns/episode/wording.ts'
import type { Near } from '../../../src/report/report.ts'
import { formatDay } from '../../../src/space-time/event-time.ts'
import { incidentFrom } from '../pattern-fold.ts'

describe('a place in a headline', () => {
  const nameOf = (near: Near | undefined, more: object = {}) => {
    const { place } = incidentFrom({ id: 'a', at: '2026-11-26', admin1: 'NE-6' })
    return placeName({ ...place, settlementName: null, name: null, ...more, ...(near && { near }) })
  }

  it.each([
    [{ name: 'Tillabéri', km: 4, wind: 'east' }, 'near Tillabéri (4 km)', 'near Tillabéri (4 km)'],
    [{ name: 'Ouallam', km: 38, wind: 'north' }, '38 km N of Ouallam', '38 km N of Ouallam'],
    [{ name: 'Gao', km: 11, wind: 'south-west' }, '11 km SW of Gao', '11 km SW of Gao']
  ] as const)('without a name is named by the nearest settlement', (near, name, beside) => {
    expect(nameOf(near)).toBe(name)
    expect(besidePlace(name)).toBe(beside)
  })

  it('has its own name first, and the name of its area last', () => {
    const near = { name: 'Gao', km: 11, wind: 'south-west' } as const
    expect(nameOf(near, { name: 'PK 12' })).toBe('PK 12')
    expect(besidePlace('PK 12')).toBe('near PK 12')
    expect(nameOf(undefined)).toBe('Tillabéri')
  })
})

describe('a day in a headline', () => {
  it('says UTC for a time of day alone: the local day may be another', () => {
    expect(formatDay(Date.parse('2026-11-26T00:00:00Z'))).toBe('26 November 2026')
    expect(formatDay(Date.parse('2026-11-26T23:59:59.999Z'))).toBe('26 November 2026')
    expect(formatDay(Date.parse('2026-11-26T19:31:00Z'))).toBe('26 November 2026 UTC')
  })
})
