// What the console writes: times, places, deaths, kinds and faults.

import { beforeAll, describe, expect, it } from 'vitest'
import { changesBetween } from '../src/change/alert-changes.ts'
import type { ShownAlert, ShownEvidence } from '../src/shown/shown-alert.ts'
import { type ShownPlace, severities, severityMarks } from '../src/shown/shown-alert.ts'
import {
  deathsWords,
  doubtWords,
  eventWords,
  kindWords,
  otherPlacesWords,
  placeWords,
  precisionWords,
  withReadableTimes
} from '../src/words/alert-words.ts'
import { areaWords, codeNames, reasonWords } from '../src/words/code-names.ts'
import { ageWords, sinceWords, timeWords, waitWords, windowWords } from '../src/words/time-words.ts'
import { words } from '../src/words/words.ts'
import { anAlert } from './support/an-alert.ts'

beforeAll(() => {
  codeNames.value = {
    areas: { 'ML-1': 'Kayes', 'ML-4': 'Ségou', 'ML-5': 'Mopti' },
    countries: { ML: 'Mali', CD: 'the DR Congo' },
    categories: {
      'movement-denied': 'movement denied',
      'attack-on-civilians': 'attack on civilians'
    },
    tactics: { 'movement-denied': 'movement denied', ied: 'improvised bomb' },
    reasons: { 'support-fell-away': 'its evidence no longer supports it' }
  }
})

describe('times', () => {
  const minute = 60_000

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

  it('that passed are in one short unit', () => {
    const ages = [
      0,
      59_000,
      minute,
      59 * minute,
      60 * minute,
      25 * 60 * minute,
      100 * 1440 * minute
    ]
    expect(ages.map(ageWords)).toEqual(['now', 'now', '1 min', '59 min', '1 h', '1 d', '3 months'])
    expect([0, 34_400, 119_000, 120_000].map(waitWords)).toEqual(['0 s', '34 s', '119 s', '2 min'])
  })

  it('of windows are open, one day or a span', () => {
    expect(windowWords({ from: '2025-06-01T00:00:00Z', to: null })).toBe('since 1 Jun 2025')
    expect(windowWords({ from: '2025-06-01T00:00:00Z', to: '2025-06-01T23:00:00Z' })).toBe(
      '1 Jun 2025'
    )
    expect(windowWords({ from: '2025-06-01T00:00:00Z', to: '2025-06-03T23:00:00Z' })).toBe(
      '1 Jun 2025 to 3 Jun 2025'
    )
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
    expect(deathsWords({ low: null, best: null, high: null })).toBe('not known')
    expect(deathsWords({ low: 0, best: 0, high: 0 })).toBe('0')
    expect(deathsWords({ low: 3, best: null, high: null })).toBe('at least 3')
    expect(deathsWords({ low: 3, best: 5, high: 9 })).toBe('about 5 (3 to 9)')
    expect(deathsWords({ low: null, best: null, high: 9 })).toBe('at most 9')
  })

  it('has a shape for each severity', () => {
    expect(new Set(severities.map(severity => severityMarks[severity])).size).toBe(4)
  })

  it('names areas, countries, kinds, tactics and reasons, nothing twice, and codes where there is no name', () => {
    const area = (country: string[], admin1: string[]) => ({
      country,
      admin1,
      circle: null,
      settlement: null
    })
    expect(placeWords(anAlert())).toBe('Diosso · Ségou (ML-4)')
    expect(
      placeWords({ group: { settlement: 'Mopti' }, area: area(['ML'], ['ML-4', 'ML-5']) })
    ).toBe('Mopti (ML-5) · Ségou (ML-4)')
    expect(placeWords({ group: {}, area: area(['ML', 'CD'], []) })).toBe('Mali · DR Congo')
    expect([areaWords('ML-99'), areaWords('constructor')]).toEqual(['ML-99', 'constructor'])
    expect(kindWords({ category: 'movement-denied', tactics: ['movement-denied'] })).toBe(
      'Movement denied'
    )
    expect(
      kindWords({ category: 'attack-on-civilians', tactics: ['ied', 'other:homes-burnt'] })
    ).toBe('Attack on civilians (improvised bomb, homes burnt)')
    expect(reasonWords('support-fell-away')).toBe('its evidence no longer supports it')
    expect([reasonWords('not-known-yet'), reasonWords('by hand: a-b')]).toEqual([
      'not known yet',
      'by hand: a-b'
    ])
    expect(eventWords('tocsin.alert.retracted.v1')).toBe('Withdrawn')
    const assigned = (assignedTo: string | null) => ({
      operator: { acknowledgedBy: null, acknowledgedUntil: null, assignedTo, disposition: null }
    })
    expect(eventWords('tocsin.alert.assigned.v1', assigned('Kofi'))).toBe('Assigned to Kofi')
    expect(eventWords('tocsin.alert.assigned.v1', assigned(null))).toBe('Given back')
  })

  it('says what an event changed, rewording last', () => {
    const before = { ...anAlert(), evidenceCount: { triggers: 30, support: 2 } }
    const operator = { ...before.operator, acknowledgedBy: 'owner' }
    const after = {
      ...before,
      severity: 'severe',
      evidenceCount: { triggers: 31, support: 0 },
      operator
    } as const
    const told = changesBetween(before, after).map(
      ({ what, before: was, after: is }) => `${what} ${was} → ${is}`
    )
    expect(told).toEqual([
      'severity moderate → severe',
      'evidence 32 → 31',
      'taken not taken → acknowledged by owner'
    ])
    expect(
      changesBetween(before, { ...before, headline: 'other' }).map(({ what }) => what)
    ).toEqual(['headline'])
  })

  it('leaves no event without what it changed: another threshold, rule, whole, piece of evidence, or sentence', () => {
    const piece = (incidentId: string) =>
      ({ incidentId, role: 'trigger', handling: 'public' }) as const
    const before = {
      ...anAlert(),
      evidence: [piece('i1'), piece('i2')],
      partOf: null,
      explanation: 'so'
    }
    const said = (members: Partial<ShownAlert>) =>
      changesBetween(before, { ...before, ...members }).map(
        ({ what, before: was, after: is }) => `${what}: ${was} → ${is}`
      )
    expect(said({ measure: { ...before.measure, threshold: 9 } })).toEqual([
      `threshold: ${before.measure.threshold} → 9`
    ])
    expect(said({ ruleVersion: before.ruleVersion + 1 })).toMatchObject([
      expect.stringMatching(/^rule: .*version/)
    ])
    expect(said({ partOf: 'whole' })).toEqual(['part of: nothing → whole'])
    expect(said({ evidence: [piece('i1'), piece('i3')] })).toEqual([
      'evidence: 2 → 2, others among them'
    ])
    expect(said({ explanation: 'otherwise' })).toEqual(['why it fired: so → otherwise'])
    expect(said({ explanation: 'otherwise', partOf: 'whole' })).toEqual([
      'part of: nothing → whole'
    ])
  })
})

describe('a place', () => {
  const balle: ShownPlace = {
    name: 'Balle',
    country: 'ML',
    admin1: 'ML-4',
    lat: 13.98,
    lon: -5.92,
    radiusKm: 2,
    resolution: 'stated'
  }

  it('is told no more precisely than it is known', () => {
    expect(precisionWords({ ...balle, name: 'Mopti', admin1: 'ML-5', radiusKm: 50 })).toBe(
      'Mopti (ML-5), ± 50 km'
    )
    expect(precisionWords({ ...balle, resolution: 'ambiguous', radiusKm: 80 })).toContain(
      'one of several, within 80 km'
    )
    expect(precisionWords({ ...balle, resolution: 'unresolved', radiusKm: null })).toContain(
      'not found'
    )
  })

  it('has its candidates and further places beside it', () => {
    const candidates = [
      { name: 'Kamona', admin1: 'ML-4', lat: 13.98, lon: -5.92 },
      { name: 'Kamona', admin1: null, country: 'ML', lat: 12.87, lon: -5.71 }
    ]
    expect(
      otherPlacesWords({ place: { ...balle, candidates, candidatesOmitted: 3 }, alsoAt: [balle] })
    ).toEqual([
      'may be Kamona, Ségou (ML-4), 13.98, -5.92; or Kamona, Mali, 12.87, -5.71; and 3 more',
      'also at Balle, Ségou (ML-4), ± 2 km'
    ])
    expect(otherPlacesWords({ place: balle, alsoAt: [] })).toEqual([])
  })

  it('says what it may be one with, by what is shown beside it, and that it is out of a crowd', () => {
    const clash = {
      ...{ incidentId: 'i1', category: 'movement-denied', tactics: [], place: balle, alsoAt: [] },
      occurred: { from: '2026-02-20T00:00:00.000Z', to: '2026-02-20T23:59:59.999Z' }
    }
    const beside = [
      { incident: null },
      { incident: clash },
      { incident: clash }
    ] as unknown as readonly ShownEvidence[]
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

  it('shows that its coordinates contradict what was said of it', () => {
    const paris = {
      ...balle,
      name: 'Paris',
      country: null,
      admin1: null,
      lat: null,
      lon: null,
      radiusKm: null
    }
    expect(precisionWords({ ...paris, contradiction: 'country' })).toBe(
      'Paris, coordinates far outside the stated country'
    )
    const bare = { ...balle, name: null, admin1: 'ML-1', lat: 14.8252, lon: -5.2547, radiusKm: 5 }
    expect(precisionWords({ ...bare, contradiction: 'admin1' })).toBe(
      '14.825, -5.255, Kayes (ML-1), coordinates far outside that area'
    )
  })
})
