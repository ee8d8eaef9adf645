// A report as it is typed: what is missing, and what is sent.

import { categories } from '@tocsin/contracts/theatre/report'
import { countryNames } from '@tocsin/domain/space-time/country-names'
import { describe, expect, it } from 'vitest'
import { countryCodes } from '../../src/records/country-codes.ts'
import { blankReport, faultsIn, makeReportBody, placedAt } from '../../src/records/report.ts'
import { nameCategories } from '../../src/report-page/category-names.ts'
import { chooseLanguage, writeTime } from '../../src/words/language/language.ts'

const blank = blankReport('console-1', 'desk')
const whole = { ...blank, from: '2026-03-01', category: 'attack', place: 'Diosso', country: 'ML' }

describe('a report', () => {
  it('may be of each published category', () => {
    expect(Object.keys(nameCategories())).toEqual([...categories])
  })

  it('may name each country that the suite knows', () => {
    expect(countryCodes).toEqual([...countryNames.keys()].sort())
  })

  it.each([
    [['fr-ML', 'en'], 'fr'],
    [['sw', 'en-GB', 'fr'], 'en'],
    [['ar'], 'en']
  ])('is asked in the first language of %j that there is', (preferred, language) => {
    expect(chooseLanguage(preferred)).toBe(language)
  })

  it('has a word of its own for the first of a month', () => {
    const said = ['1 déc. 2023', 'lun. 1 déc.', '11 déc. 2023', '1:30']
    expect(said.map(text => writeTime(text, 'fr'))).toEqual([
      '1er déc. 2023',
      'lun. 1er déc.',
      '11 déc. 2023',
      '1:30'
    ])
  })

  it.each<[object, object]>([
    [
      blank,
      {
        'occurred/from': 'missing',
        category: 'missing',
        'location/name': 'missing',
        'location/country': 'missing'
      }
    ],
    [whole, {}],
    [{ place: '', country: '', lat: '14.8', lon: '-5,25' }, {}],
    [{ lat: '14.8' }, { 'location/lon': 'needs-both' }],
    [
      { lat: '140', lon: 'x' },
      { 'location/lat': 'out-of-range', 'location/lon': 'not-a-number' }
    ],
    [{ to: '2026-02-28' }, { 'occurred/to': 'order' }],
    [{ low: '5', high: '3' }, { 'fatalities/high': 'order' }],
    [{ best: 'many' }, { 'fatalities/best': 'not-whole' }],
    [{ link: 'javascript:alert(1)' }, { 'private/links': 'not-a-link' }]
  ])('is told what it lacks and what cannot be so: %j', (typed, faults) => {
    expect(Object.fromEntries(faultsIn({ ...whole, ...typed }))).toEqual(faults)
  })

  it('sends nothing for what was left empty: not known is not zero', () => {
    expect(makeReportBody(whole)).toEqual({
      ...{ source: { id: 'desk' }, externalId: 'console-1', category: 'attack' },
      handling: 'internal',
      occurred: { from: '2026-03-01', to: '2026-03-01' },
      location: { name: 'Diosso', country: 'ML' }
    })
    expect(
      makeReportBody({ ...whole, low: '3', lat: '14.8', lon: '-5,25', narrative: ' Heard. ' })
    ).toMatchObject({
      fatalities: { low: 3, best: null, high: null },
      location: { lat: 14.8, lon: -5.25 },
      private: { narrative: 'Heard.' }
    })
  })

  it('takes the code of a country as it was typed', () => {
    expect(makeReportBody({ ...whole, country: ' ml ' })).toMatchObject({
      location: { country: 'ML' }
    })
  })

  it('at one of the places that its name may mean is the same report', () => {
    const placed = placedAt(makeReportBody(whole), { admin1: 'ML-4', lat: 13.9, lon: -5.4 })
    expect(placed).toMatchObject({
      externalId: 'console-1',
      location: { name: 'Diosso', admin1: 'ML-4', lat: 13.9, lon: -5.4 }
    })
  })
})
