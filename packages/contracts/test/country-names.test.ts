import { countryName } from '@tocsin/domain/space-time/country-names'
import { describe, expect, it } from 'vitest'
import { isCountryCode } from '../src/report/iso-3166-1.ts'

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const codes = letters.flatMap(a => letters.map(b => a + b))

describe('countries', () => {
  it('that reports may name have a name for headlines, each its own, and no others', () => {
    const named = codes.filter(code => countryName(code) !== code)
    expect(named).toEqual(codes.filter(isCountryCode))
    expect(new Set(named.map(countryName)).size).toBe(named.length)
    expect([countryName('ML'), countryName('CD'), countryName('YE')]).toEqual([
      'Mali',
      'the DR Congo',
      'Yemen'
    ])
  })
})
