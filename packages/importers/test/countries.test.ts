import { readFileSync } from 'node:fs'
import { countriesByOtherCode, isCountryCode } from '@tocsin/contracts/report/iso-3166-1'
import { describe, expect, it } from 'vitest'
import {
  findCountryByFips,
  findCountryByGleditschWard,
  findCountryByName,
  findCountryByNumber
} from '../src/item/countries.ts'

const rows = readFileSync(new URL('../src/item/countries.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map(line => line.split('\t'))

describe('the table of countries', () => {
  it('has every code of the contract exactly once, and no other', () => {
    const codes = rows.map(row => row[0] as string)
    expect(codes.filter(code => !isCountryCode(code))).toEqual([])
    expect(new Set(codes).size).toBe(codes.length)
    expect(codes).toHaveLength(250)
    expect(rows.filter(([code, other = '']) => countriesByOtherCode.get(other) !== code)).toEqual(
      []
    )
  })

  it('has every number, code and name of another list once', () => {
    for (const column of [1, 2, 3, 4]) {
      const values = rows
        .flatMap(row => (row[column] as string).split('|'))
        .filter(value => value !== '')
      expect(values.filter((value, i) => values.indexOf(value) !== i)).toEqual([])
    }
    const names = rows.map(row => new Set((row[5] as string).toLowerCase().split('|')))
    const all = names.flatMap(set => [...set])
    expect(all.filter((name, i) => all.indexOf(name) !== i)).toEqual([])
  })

  it('knows the spellings of UCDP, ACLED and GDELT', () => {
    for (const [name, code] of [
      ['DR Congo (Zaire)', 'CD'],
      ['Congo', 'CG'],
      ['Myanmar (Burma)', 'MM'],
      ['Ivory Coast', 'CI'],
      ["Cote d'Ivoire", 'CI'],
      ['Yemen (North Yemen)', 'YE'],
      ['Serbia (Yugoslavia)', 'RS'],
      ['Russia (Soviet Union)', 'RU'],
      ['Bosnia-Herzegovina', 'BA'],
      ['Cambodia (Kampuchea)', 'KH'],
      ['Zimbabwe (Rhodesia)', 'ZW'],
      ['Madagascar (Malagasy)', 'MG'],
      ['Kingdom of eSwatini (Swaziland)', 'SZ'],
      ['The Gambia', 'GM'],
      ['Kosovo', 'XK'],
      ['NA', 'NA'],
      ['syria', 'SY']
    ] as const) {
      expect([name, findCountryByName(name)]).toEqual([name, code])
    }
    expect([
      findCountryByGleditschWard('775'),
      findCountryByGleditschWard('490'),
      findCountryByGleditschWard('678')
    ]).toEqual(['MM', 'CD', 'YE'])
    expect([
      findCountryByNumber('466'),
      findCountryByNumber('004'),
      findCountryByNumber('999')
    ]).toEqual(['ML', 'AF', null])
    expect([
      findCountryByFips('SU'),
      findCountryByFips('OD'),
      findCountryByFips('KV'),
      findCountryByFips('OS')
    ]).toEqual(['SD', 'SS', 'XK', null])
    expect(findCountryByName('Atlantis')).toBe(null)
  })
})
