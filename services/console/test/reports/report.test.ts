// A report as it is typed, and one that was read to be corrected.

import { categories } from '@tocsin/contracts/theatre/report'
import { countryNames } from '@tocsin/domain/space-time/country-names'
import { describe, expect, it } from 'vitest'
import { countryCodes } from '../../src/records/country-codes.ts'
import {
  blankReport,
  faultsIn,
  hidesTexts,
  makeOpenedDraft,
  makeReportBody,
  placedAt,
  type ReportDraft
} from '../../src/records/report.ts'
import { nameCategories } from '../../src/report-page/category-names.ts'
import type { ReportedRevision } from '../../src/shown/answers.ts'
import { chooseLanguage, writeTime } from '../../src/words/language/language.ts'
import { anOpenedReport, aRevision, aReportedPlace as place } from '../support/records.ts'

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

const draftOf = (more: Partial<ReportedRevision> = {}) =>
  makeOpenedDraft(anOpenedReport(aRevision(more))) as ReportDraft

describe('a report that was opened', () => {
  it('comes back as it was posted, without what the suite found itself', () => {
    expect(makeReportBody(draftOf())).toEqual({
      ...{ source: { id: 'desk' }, externalId: 'e1', category: 'attack', handling: 'internal' },
      credibility: 6,
      occurred: { from: '2026-03-01', to: '2026-03-01' },
      location: { name: 'Diosso', country: 'ML' },
      fatalities: { low: 3, best: null, high: null }
    })
  })

  it('keeps coordinates and the precision that were stated, and none that was assumed', () => {
    const stated = { ...place, resolution: 'stated' as const }
    expect(makeReportBody(draftOf({ place: stated }))).toMatchObject({
      location: { lat: 14.1, lon: -5.3, radiusKm: 3 }
    })
    expect(
      makeReportBody(draftOf({ place: { ...stated, precision: 'assumed' } }))
    ).not.toHaveProperty('location.radiusKm')
  })

  it('keeps what the form has no field for', () => {
    const texts = { narrative: 'Heard.', links: ['https://a.example/1', 'https://a.example/2'] }
    const person = { name: 'A. B.', role: 'captured' }
    const kept = { tactics: ['ied'], targets: [{ kind: 'civilians' }], credibility: 2 }
    const persons = [{ ...person, aliases: [], kind: null }]
    const told = { ...kept, actors: [{ name: 'JNIM', role: null }], alsoAt: [place] }
    const draft = draftOf({ ...told, private: { ...texts, persons } })
    const body = makeReportBody({ ...draft, low: '4' })
    const alsoAt = [{ name: 'Diosso', country: 'ML' }]
    expect(body).toMatchObject({ ...kept, alsoAt, fatalities: { low: 4 } })
    expect(body.private).toEqual({ ...texts, persons: [person] })
    expect(body.actors).toEqual([{ name: 'JNIM' }])
  })

  it('keeps the time of day where its days are left as they are', () => {
    const occurred = { from: '2026-03-01T09:40:00.000Z', to: '2026-03-02T10:00:00.000Z' }
    const draft = draftOf({ occurred })
    expect([draft.from, draft.to, makeReportBody(draft).occurred]).toEqual([
      '2026-03-01',
      '2026-03-02',
      occurred
    ])
    expect(makeReportBody({ ...draft, to: '2026-03-03' }).occurred).toEqual({
      from: '2026-03-01',
      to: '2026-03-03'
    })
  })

  it('needs no id of its source where it has none', () => {
    expect(faultsIn(draftOf({ externalId: null })).size).toBe(0)
    expect(makeReportBody(draftOf({ externalId: null }))).not.toHaveProperty('externalId')
    expect(faultsIn({ ...draftOf(), externalId: '' }).get('externalId')).toBe('missing')
  })

  it('is nothing to correct once it is withdrawn, and says whether texts are hidden', () => {
    expect(makeOpenedDraft(anOpenedReport(null))).toBeNull()
    expect([
      hidesTexts(anOpenedReport(aRevision())),
      hidesTexts(anOpenedReport(aRevision({ private: null })))
    ]).toEqual([true, false])
  })
})
