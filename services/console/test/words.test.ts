// What the console writes: times, places, deaths, kinds and faults.

import { beforeAll, describe, expect, it } from 'vitest'
import { changesBetween, changeWords } from '../src/change/alert-changes.ts'
import { type ShownPlace, severities, severityMarks } from '../src/shown/shown-alert.ts'
import {
  deathsWords,
  doubtWords,
  eventWords,
  kindWords,
  otherPlacesWords,
  placeWords,
  precisionWords,
  seenBelowWords,
  withReadableTimes
} from '../src/words/alert-words.ts'
import { areaWords, codeNames, reasonWords } from '../src/words/code-names.ts'
import {
  ageWords,
  monthWords,
  sinceWords,
  timeWords,
  waitWords,
  windowWords
} from '../src/words/time-words.ts'
import { speak, words } from '../src/words/words.ts'
import { type AlertMembers, anAlert, anAlertAt } from './support/an-alert.ts'
import { aPiece, aPlace } from './support/evidence.ts'

beforeAll(() => {
  codeNames.value = {
    areas: { 'ML-1': 'Kayes', 'ML-4': 'Ségou', 'ML-5': 'Mopti' },
    countries: { ML: 'Mali', CD: 'the DR Congo' },
    categories: {
      'movement-denied': 'movement denied',
      'attack-on-civilians': 'attack on civilians'
    },
    tactics: { 'movement-denied': 'movement denied', ied: 'improvised bomb' },
    patterns: {},
    reasons: { 'support-fell-away': 'its evidence no longer supports it' }
  }
})

describe('times', () => {
  it('are in UTC and say so, also within a refusal', () => {
    expect(timeWords('2025-06-02T09:05:00Z')).toBe('2 Jun 2025, 09:05 UTC')
    const refusal = 'The alert has changed since. owner came first, at 2025-11-30T09:00:00.000Z.'
    expect(withReadableTimes(refusal)).toBe(
      'The alert has changed since. owner came first, at 30 Nov 2025, 09:00 UTC.'
    )
    const at = (ageMs: number) =>
      withReadableTimes(refusal, Date.parse('2025-11-30T09:00:00Z') + ageMs)
    expect(at(2_000)).toContain('at 30 Nov 2025, 09:00 UTC (2 s ago).')
    expect(at(-1_000)).toContain('09:00 UTC (0 s ago).')
    // Long ago, or by a clock that stands wrong: no age.
    for (const ageMs of [90_000_000, -120_000]) expect(at(ageMs)).toContain('09:00 UTC.')
  })

  it('have their day where they are long ago', () => {
    const now = Date.parse('2025-06-02T09:05:00Z')
    expect(sinceWords(now - 61_000, now)).toBe('09:03:59 UTC')
    expect(sinceWords(now - 86_400_000, now)).toBe('1 Jun 2025, 09:05 UTC')
  })

  it('that are a month have no day, in French neither', async () => {
    await speak('fr')
    expect(monthWords(Date.UTC(2023, 11, 1))).toBe('déc. 2023')
    await speak('en')
    expect(monthWords(Date.UTC(2023, 11, 1))).toBe('Dec 2023')
  })

  it('that passed are in one short unit', () => {
    const ages = [0, 0.9, 1, 59, 60, 25 * 60, 100 * 1440].map(minutes => ageWords(minutes * 60_000))
    expect(ages).toEqual(['now', 'now', '1 min', '59 min', '1 h', '1 d', '3 mo'])
    expect([0, 34_400, 119_000, 120_000].map(waitWords)).toEqual(['0 s', '34 s', '119 s', '2 min'])
  })

  it.each([
    ['since 1 Jun 2025', null],
    ['1 Jun 2025', '2025-06-01T23:00:00Z'],
    ['1 Jun 2025 to 3 Jun 2025', '2025-06-03T23:00:00Z']
  ])('of windows are open, one day or a span: %s', (said, to) => {
    expect(windowWords({ from: '2025-06-01T00:00:00Z', to })).toBe(said)
  })

  it('of a theatre that stands wrong are told with what is wrong and the remedy', () => {
    const told = (standing: 'behind' | 'leap') =>
      words.wrongClock('world', '1 Jun 2035, 00:00 UTC', standing)
    expect(told('behind')).toMatch(
      /theatre world .*1 Jun 2035.*after the clock.*tocsin theatres set-time world/
    )
    expect(told('leap')).toContain('more than a month before the clock')
  })
})

describe('an alert in words', () => {
  it('never has unknown deaths as none', () => {
    const said = (low: number | null, best: number | null, high: number | null) =>
      deathsWords({ low, best, high })
    expect([said(null, null, null), said(0, 0, 0)]).toEqual(['not known', '0'])
    expect([said(3, null, null), said(null, null, 9)]).toEqual(['at least 3', 'at most 9'])
    expect(said(3, 5, 9)).toBe('about 5 (3 to 9)')
  })

  it('has a shape for each severity', () => {
    expect(new Set(severities.map(severity => severityMarks[severity])).size).toBe(4)
  })

  it('names areas, countries, kinds, tactics and reasons, nothing twice, and codes where there is no name', () => {
    const placed = (admin1: string[], members: AlertMembers = {}, country = ['ML']) =>
      placeWords(anAlertAt('a1', { country, admin1 }, members))
    expect(placed(['ML-4'])).toBe('Diosso · Ségou (ML-4)')
    expect(placed(['ML-4', 'ML-5'], { group: { settlement: 'Mopti' } })).toBe(
      'Mopti (ML-5) · Ségou (ML-4)'
    )
    expect(placed([], { group: {} }, ['ML', 'CD'])).toBe('Mali · DR Congo')
    expect(['ML-99', 'constructor'].map(areaWords)).toEqual(['ML-99', 'constructor'])
    const kind = (category: string, ...tactics: string[]) => kindWords({ category, tactics })
    expect(kind('movement-denied', 'movement-denied')).toBe('Movement denied')
    expect(kind('attack-on-civilians', 'ied', 'other:homes-burnt')).toBe(
      'Attack on civilians (improvised bomb, homes burnt)'
    )
    expect(['support-fell-away', 'not-known-yet', 'by hand: a-b'].map(reasonWords)).toEqual([
      ...['its evidence no longer supports it', 'not known yet', 'by hand: a-b']
    ])
    const assigned = (assignedTo: string | null) =>
      eventWords('tocsin.alert.assigned.v1', anAlert({ operator: { assignedTo } }))
    expect(eventWords('tocsin.alert.retracted.v1')).toBe('Retracted')
    expect([assigned('Kofi'), assigned(null)]).toEqual(['Assigned to Kofi', 'Released'])
  })

  const piece = (incidentId: string) =>
    ({ incidentId, role: 'trigger', handling: 'public' }) as const
  const before = anAlert({ evidence: [piece('i1'), piece('i2')], explanation: 'so' })
  // No event is without what it changed; rewording is told last.
  it.each<[string[], AlertMembers]>([
    [
      ['severity: moderate → severe', 'evidence: 2 → 3', 'owner: unassigned → acknowledged by Ama'],
      { severity: 'severe', evidenceCount: { triggers: 3 }, operator: { acknowledgedBy: 'Ama' } }
    ],
    [['deaths: not known → at least 3'], { fatalities: { low: 3 } }],
    [['headline: Siege of Diosso → other'], { headline: 'other' }],
    [['threshold: 2 → 9'], { measure: { threshold: 9 } }],
    [['rule: siege, version 1 → siege, version 2'], { ruleVersion: 2 }],
    [['part of: nothing → whole'], { partOf: 'whole' }],
    [['evidence: 2 → 2, others among them'], { evidence: [piece('i1'), piece('i3')] }],
    [['why it was raised: so → otherwise'], { explanation: 'otherwise' }],
    [['part of: nothing → whole'], { explanation: 'otherwise', partOf: 'whole' }]
  ])('says what an event changed: %j', (told, members) => {
    const after = anAlert({ evidence: before.evidence, explanation: 'so', ...members })
    expect(changesBetween(before, after).map(changeWords)).toEqual(told)
    expect(changesBetween(null, after)).toEqual([])
  })
})

describe('a place', () => {
  const balle = aPlace({ name: 'Balle', lat: 13.98, lon: -5.92 })
  const paris = { name: 'Paris', country: null, admin1: null, lat: null, lon: null }
  const bare = { name: null, admin1: 'ML-1', lat: 14.8252, lon: -5.2547, radiusKm: 5 }

  it.each<[string, Partial<ShownPlace>]>([
    ['Mopti (ML-5), ± 50 km', { name: 'Mopti', admin1: 'ML-5', radiusKm: 50 }],
    ['one of several, within 80 km', { resolution: 'ambiguous', radiusKm: 80 }],
    ['not found', { resolution: 'unresolved', radiusKm: null }],
    [
      'Paris, coordinates far outside the stated country',
      { ...paris, radiusKm: null, contradiction: 'country' }
    ],
    [
      '14.825, -5.255, Kayes (ML-1), coordinates far outside that area',
      { ...bare, contradiction: 'admin1' }
    ]
  ])('is told no more precisely than it is known: %s', (said, members) => {
    expect(precisionWords({ ...balle, ...members })).toContain(said)
  })

  it('has its candidates and further places beside it', () => {
    const kamona = { settlement: 'ML-4/kamona', name: 'Kamona', country: 'ML' }
    const candidates = [
      { ...kamona, admin1: 'ML-4', lat: 13.98, lon: -5.92 },
      { ...kamona, admin1: null, lat: 12.87, lon: -5.71 }
    ]
    const place = { ...balle, candidates, candidatesOmitted: 3 }
    expect(otherPlacesWords({ place, alsoAt: [balle] })).toEqual([
      'may be Kamona, Ségou (ML-4), 13.98, -5.92; or Kamona, Mali, 12.87, -5.71; and 3 more',
      'also at Balle, Ségou (ML-4), ± 2 km'
    ])
    expect(otherPlacesWords({ place: balle, alsoAt: [] })).toEqual([])
  })

  it('says what it may be one with, by what is shown beside it, and that it is out of a crowd', () => {
    const occurred = { from: '2026-02-20T00:00:00.000Z', to: '2026-02-20T23:59:59.999Z' }
    const clash = aPiece({ category: 'movement-denied', place: balle, occurred })
    const beside = [aPiece(null), clash, clash]
    const [named, ...more] = doubtWords({ mayBe: ['i1', 'i2', 'i3'], inCrowd: true }, beside)
    expect(named).toBe(
      'May be the same event as: Movement denied, 20 Feb 2026, Balle, Ségou (ML-4), ± 2 km; or one of 2 that are not shown here. The dead are counted once, in the highest estimate twice.'
    )
    expect(more).toEqual([expect.stringMatching(/^Out of a crowd/)])
    expect(doubtWords({ mayBe: ['i2'] }, beside)).toEqual([
      expect.stringContaining('as: one that is not shown here.')
    ])
    expect(doubtWords({}, beside)).toEqual([])
  })
})

it('says what readers of lower levels see of an alert, and how much of its evidence', () => {
  const alert = { alertId: 'a1', evidenceCount: { triggers: 3, support: 1 } }
  const evidenceCount = { triggers: 2, support: 0 }
  const seen = [
    { handling: 'public', alertId: null, status: null, evidenceCount: null },
    { handling: 'partners', alertId: 'a1', status: 'confirmed', evidenceCount },
    { ...alert, handling: 'internal', alertId: 'a2', status: 'provisional' }
  ] as const
  expect(seen.map(below => seenBelowWords(alert, below))).toEqual([
    'no alert',
    'confirmed, 2 of 4 incidents',
    'provisional, as another alert, all incidents'
  ])
})
