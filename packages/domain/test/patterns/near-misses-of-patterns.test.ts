// Near misses of each pattern: one condition short, shown while that lasts, and no longer once the
// pattern finds it or its time has passed.

import { describe, expect, it } from 'vitest'
import type { NearMiss } from '../../src/detection/near-miss.ts'
import type { MachinePattern, Pattern } from '../../src/detection/pattern.ts'
import { momentAt } from '../../src/fold/moment.ts'
import { compareIncidents, type Incident } from '../../src/incident/incident.ts'
import { absence } from '../../src/patterns/blocks/absence.ts'
import { allOf } from '../../src/patterns/blocks/all-of.ts'
import { sequence } from '../../src/patterns/blocks/sequence.ts'
import { cumulativeDeaths } from '../../src/patterns/deaths/cumulative-deaths.ts'
import { supplyLineInterdiction } from '../../src/patterns/supply/supply-line-interdiction.ts'
import { territoryLost } from '../../src/patterns/territory/territory-lost.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import type { ReportSketch } from '../fold-story.ts'
import { foldAll, incidentFrom, machineFor, parametersOf } from './pattern-fold.ts'

const originMs = Date.parse('2025-01-01')
const dayStartMs = (n: number) => originMs + n * dayMs
const day = (n: number) => formatTime(dayStartMs(n)).slice(0, 10)
const onDay = (
  n: number,
  change: Omit<Partial<ReportSketch>, 'at'>,
  id = `r${String(n).padStart(3, '0')}`
): Incident => incidentFrom({ id, at: day(n), ...change })

interface Asked<P> {
  readonly incidents: readonly Incident[]
  /** Day at whose beginning it is evaluated. */
  readonly at: number
  readonly parameters?: Partial<P>
}

/** The near misses of all scopes. */
function nearOf<P, S>(
  pattern: Pattern<P, S> | MachinePattern<P>,
  { incidents, at, parameters: overrides }: Asked<P>
): readonly NearMiss[] {
  const parameters = parametersOf(pattern, overrides)
  const ordered = incidents.toSorted(compareIncidents)
  const scopes = [...new Set(ordered.flatMap(i => pattern.scopesOf(i, parameters)))].sort()
  return scopes.flatMap(scope => {
    const mine = ordered.filter(i => pattern.scopesOf(i, parameters).includes(scope))
    return machineFor(pattern, scope, mine, parameters).nearly?.(momentAt(dayStartMs(at))) ?? []
  })
}

describe('near', () => {
  it('are so many deaths in a month, or in a year, that few more would be enough', () => {
    const killed = (n: number, deaths: number) =>
      onDay(n, { category: 'attack', deaths: [deaths, deaths, deaths] })
    const near = (at: number, ...incidents: Incident[]) =>
      nearOf(cumulativeDeaths, { incidents, at })
    expect(near(12, killed(0, 9), killed(10, 9))).toMatchObject([
      {
        group: { country: 'ML' },
        measure: { name: 'deaths in 30 days', value: 18, threshold: 25 },
        lacks: '7 more deaths'
      }
    ])
    expect(near(12, killed(0, 9), killed(10, 8))).toEqual([])
    // The first has left the window.
    expect(near(31, killed(0, 9), killed(10, 9))).toEqual([])
    const made = [killed(0, 9), killed(10, 9), killed(11, 7)]
    expect(near(12, ...made)).toEqual([])
    expect(foldAll(cumulativeDeaths, made, dayStartMs(12))).toHaveLength(1)
    const year = Array.from({ length: 40 }, (_, i) => killed(i * 9, 20))
    const [told] = nearOf(cumulativeDeaths, {
      incidents: year,
      at: 353,
      parameters: { limit: 200 }
    })
    expect(told).toMatchObject({
      measure: { name: 'deaths in 365 days', value: 800, threshold: 1000 },
      lacks: '200 more deaths'
    })
    expect(told?.incidents.map(i => i.id)).toEqual(['r324', 'r333', 'r342', 'r351'])
  })

  it('is one way into a hub that is cut, until the window has passed it', () => {
    const block = (n: number, lat: number, lon: number) =>
      onDay(n, { category: 'blockade', tactics: ['road-block'], admin1: 'ML-2', lat, lon })
    const near = (at: number, ...incidents: Incident[]) =>
      nearOf(supplyLineInterdiction, { incidents, at })
    const [first, second] = [block(0, 13.55, -8.05), block(3, 11.75, -7.6)]
    expect(near(5, first)).toMatchObject([
      {
        group: { hub: 'Bamako', country: 'ML' },
        measure: { value: 1, threshold: 2 },
        lacks: 'one more supply route; so far the north',
        incidents: [{ id: 'r000' }]
      }
    ])
    expect(near(14, first)).toHaveLength(1)
    expect(near(15, first)).toEqual([])
    expect(near(5, first, second)).toEqual([])
    expect(foldAll(supplyLineInterdiction, [first, second], dayStartMs(5))).toHaveLength(1)
  })

  it('is a settlement that others rule by one sign, as long as another could be bridged to it', () => {
    const taxed = onDay(0, { category: 'imposed-rule', settlement: 'Farabougou', admin1: 'ML-4' })
    const near = (at: number, ...incidents: Incident[]) => nearOf(territoryLost, { incidents, at })
    expect(near(20, taxed)).toMatchObject([
      {
        group: { settlement: 'Farabougou' },
        measure: { value: 1, threshold: 2 },
        lacks: 'one more sign; so far rule imposed',
        incidents: [{ id: 'r000' }]
      }
    ])
    const { bridgedGapDays } = parametersOf(territoryLost)
    expect(near(1 + bridgedGapDays, taxed)).toHaveLength(1)
    expect(near(2 + bridgedGapDays, taxed)).toEqual([])
    const shut = onDay(9, {
      category: 'other',
      tactics: ['other:forces-shut-out'],
      settlement: 'Farabougou',
      admin1: 'ML-4'
    })
    expect(near(20, taxed, shut)).toEqual([])
    expect(foldAll(territoryLost, [taxed, shut], dayStartMs(20))).toHaveLength(1)
  })

  it('are all kinds of incident but one, which is named', () => {
    const steps = ['category == "threat"', 'category == "displacement"', 'category == "attack"']
    const near = (at: number, ...incidents: Incident[]) =>
      nearOf(allOf, { incidents, at, parameters: { steps } })
    const [threat, flight] = [
      onDay(0, { category: 'threat' }),
      onDay(4, { category: 'displacement' })
    ]
    expect(near(5, threat)).toEqual([])
    expect(near(5, threat, flight)).toMatchObject([
      {
        measure: { value: 2, threshold: 3 },
        lacks: 'not yet reported: category == "attack"',
        incidents: [{ id: 'r000' }, { id: 'r004' }]
      }
    ])
    expect(near(31, threat, flight)).toEqual([])
    expect(near(6, threat, flight, onDay(5, { category: 'attack' }))).toEqual([])
  })

  it('is a sequence that lacks its last step, or the absence at its end', () => {
    const threat = onDay(0, { category: 'threat' })
    const steps = [
      'category == "threat"',
      'category == "attack"',
      { absent: 'category == "access-restored"', days: 10 }
    ]
    const near = (at: number, ...incidents: Incident[]) =>
      nearOf(sequence, { incidents, at, parameters: { steps } })
    expect(near(20, threat)).toMatchObject([
      {
        measure: { value: 1, threshold: 2 },
        lacks: 'the last step, by 2 March 2025',
        incidents: [{ id: 'r000' }]
      }
    ])
    expect(near(61, threat)).toEqual([])
    const attack = onDay(20, { category: 'attack' })
    expect(near(25, threat, attack)).toMatchObject([
      {
        measure: { value: 2, threshold: 2 },
        lacks: 'no report of what must be absent, until 31 January 2025'
      }
    ])
    expect(near(30, threat, attack)).toEqual([])
    expect(near(25, threat, attack, onDay(22, { category: 'access-restored' }))).toEqual([])
  })

  it('is a silence that has lasted for most of its days', () => {
    const last = onDay(0, { category: 'access-restored' })
    const near = (at: number) => nearOf(absence, { incidents: [last], at })
    // It counts from the end of its day.
    expect(near(21)).toEqual([])
    expect(near(22)).toMatchObject([
      { measure: { value: 21, threshold: 30 }, lacks: 'no such incident until 31 January 2025' }
    ])
    expect(near(31)).toEqual([])
  })
})
