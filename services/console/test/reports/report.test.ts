// A report as it is typed: what is missing, and what is sent.

import { categories } from '@tocsin/domain/report/report'
import { describe, expect, it } from 'vitest'
import {
  blankReport,
  bodyOfReport,
  faultsIn,
  placedAt,
  reportCategories
} from '../../src/upkeep/reports/report-draft.ts'

const blank = blankReport('console-1', 'desk')
const whole = { ...blank, from: '2026-03-01', category: 'attack', place: 'Diosso', country: 'ML' }

describe('a report', () => {
  it('may be of each published category', () => {
    expect(reportCategories).toEqual([...categories])
  })

  it('needs a source, a day, a category, and a place by name or by coordinates', () => {
    expect([...faultsIn(blank)]).toEqual([
      ['occurred/from', 'missing'],
      ['category', 'missing'],
      ['location/name', 'missing'],
      ['location/country', 'missing']
    ])
    expect(faultsIn(whole).size).toBe(0)
    expect(faultsIn({ ...whole, place: '', country: '', lat: '14.8', lon: '-5,25' }).size).toBe(0)
    expect([...faultsIn({ ...whole, lat: '14.8' })]).toEqual([['location/lon', 'needs-both']])
    expect([...faultsIn({ ...whole, lat: '140', lon: 'x' })]).toEqual([
      ['location/lat', 'out-of-range'],
      ['location/lon', 'not-a-number']
    ])
  })

  it('is told what cannot be so', () => {
    expect(faultsIn({ ...whole, to: '2026-02-28' }).get('occurred/to')).toBe('order')
    expect(faultsIn({ ...whole, low: '5', high: '3' }).get('fatalities/high')).toBe('order')
    expect(faultsIn({ ...whole, best: 'many' }).get('fatalities/best')).toBe('not-whole')
    expect(faultsIn({ ...whole, link: 'javascript:alert(1)' }).get('private/links')).toBe(
      'not-a-link'
    )
  })

  it('sends nothing for what was left empty: not known is not zero', () => {
    expect(bodyOfReport(whole)).toEqual({
      ...{
        source: { id: 'desk' },
        externalId: 'console-1',
        category: 'attack',
        handling: 'internal'
      },
      occurred: { from: '2026-03-01', to: '2026-03-01' },
      location: { name: 'Diosso', country: 'ML' }
    })
    expect(
      bodyOfReport({ ...whole, low: '3', lat: '14.8', lon: '-5,25', narrative: ' Heard. ' })
    ).toMatchObject({
      fatalities: { low: 3, best: null, high: null },
      location: { lat: 14.8, lon: -5.25 },
      private: { narrative: 'Heard.' }
    })
  })

  it('takes the code of a country as it was typed', () => {
    expect(bodyOfReport({ ...whole, country: ' ml ' })).toMatchObject({
      location: { country: 'ML' }
    })
  })

  it('at one of the places that its name may mean is the same report', () => {
    const placed = placedAt(bodyOfReport(whole), { lat: 13.9, lon: -5.4 })
    expect(placed).toMatchObject({
      externalId: 'console-1',
      location: { name: 'Diosso', lat: 13.9, lon: -5.4 }
    })
  })
})
