// Until when enough places lie far apart, found among places, beside a search among all hits.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { WideningArcParameters } from '../../../src/patterns/arc/arc-parameters.ts'
import { type ArcRow, ArcRows, arcRowOf } from '../../../src/patterns/arc/arc-rows.ts'
import { ArcSpread } from '../../../src/patterns/arc/arc-spread.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { distanceKm } from '../../../src/space-time/geometry.ts'
import { incidentFrom } from '../pattern-fold.ts'

const startMs = Date.parse('2024-01-04T00:00:00Z')
const terms: WideningArcParameters = {
  ...{
    areasMin: 99,
    placesAreasMin: 1,
    placesMin: 2,
    windowDays: 4,
    placesApartKm: 60,
    quietDays: 30
  },
  ...{ leaveDays: 10, escalateAreas: 5, growthFactor: 1.5 }
}
const never = Number.NEGATIVE_INFINITY

/** As rows come, hits are compared with all hits before them in the window. */
class AmongHits {
  #apartMs = never
  #through = -1
  readonly #rows: ArcRows
  readonly #placesMin: number

  constructor(rows: ArcRows, placesMin: number) {
    this.#rows = rows
    this.#placesMin = placesMin
  }

  moved(): void {
    this.#apartMs = never
    this.#through = -1
  }

  at(index: number): number {
    if (this.#through >= index) return this.#apartMs
    const windowMs = terms.windowDays * dayMs
    for (const hit of this.#rows.hitsSince(
      index,
      (this.#rows.all[index] as ArcRow).fromMs - windowMs
    )) {
      if (hit.at <= this.#through) continue
      const floorMs = Math.max(this.#apartMs, hit.fromMs - windowMs)
      const before = this.#rows
        .hitsSince(hit.at, floorMs)
        .flatMap(({ points, toMs }) => points.map(point => ({ point, toMs })))
      for (const point of hit.points) {
        const far = before.filter(each => distanceKm(each.point, point) >= terms.placesApartKm)
        const sets = far.flatMap(one =>
          this.#placesMin === 2
            ? [one.toMs]
            : far
                .filter(other => distanceKm(one.point, other.point) >= terms.placesApartKm)
                .map(other => Math.min(one.toMs, other.toMs))
        )
        for (const endMs of sets)
          if (Math.min(endMs, hit.toMs) > floorMs)
            this.#apartMs = Math.max(this.#apartMs, Math.min(endMs, hit.toMs))
      }
    }
    this.#through = index
    return this.#apartMs
  }
}

const attack = fc.record({
  day: fc.nat({ max: 12 }),
  lasts: fc.constantFrom(0, 0, 1, 2, 3, 4),
  spot: fc.nat({ max: 6 }),
  also: fc.constantFrom(null, null, 0, 3, 6),
  /** Whether it is asked then, and whether other rows lie before it by then. */
  isAsked: fc.constantFrom(true, true, false),
  isMoved: fc.constantFrom(true, false, false, false, false, false)
})
const lists = fc.oneof(
  fc.array(attack, { minLength: 3, maxLength: 7 }),
  fc.array(attack, { maxLength: 30 })
)
const spotOf = (n: number) => ({
  lat: 12 + n * 0.35,
  lon: -8,
  admin1: `ML-${n % 3}`,
  country: 'ML',
  settlement: `S${n}`
})

interface Attack {
  readonly day: number
  readonly lasts: number
  readonly spot: number
  readonly also: number | null
  readonly isAsked: boolean
  readonly isMoved: boolean
}

/**
 * Compares both along attacks in their order, of which the first have passed. Gives how often
 * anything lay apart.
 */
function foundAlong(
  attacks: readonly Attack[],
  { passed, start, placesMin }: Record<'passed' | 'start' | 'placesMin', number>
) {
  const parameters = { ...terms, placesMin }
  const rows = new ArcRows(parameters)
  for (const [i, { day, lasts, spot, also }] of attacks.entries()) {
    const at = (days: number) => formatTime(startMs + days * dayMs).slice(0, 10)
    const alsoAt = also === null ? {} : { alsoAt: [spotOf(also)] }
    const incident = incidentFrom({
      id: `${i}`,
      at: at(day),
      to: at(day + lasts),
      radiusKm: 2,
      ...spotOf(spot),
      ...alsoAt
    })
    rows.insert(i, arcRowOf(incident, parameters))
  }
  rows.passed = passed
  if (passed > 0) rows.passedMs = Math.max(...rows.all.slice(0, passed).map(({ fromMs }) => fromMs))
  const spread = new ArcSpread(rows, parameters, start)
  const plain = new AmongHits(rows, placesMin)
  let found = 0
  for (let i = start; i < rows.all.length; i++) {
    spread.advance(i)
    if (attacks[i]?.isMoved) {
      spread.moved()
      plain.moved()
    }
    if (!attacks[i]?.isAsked) continue
    const [areasMs, bothMs] = [spread.untilMs(terms.areasMin), spread.untilMs(terms.placesAreasMin)]
    const expected = bothMs <= areasMs ? areasMs : Math.max(areasMs, Math.min(bothMs, plain.at(i)))
    expect(spread.lastMs(i)).toBe(expected)
    if (expected > never) found++
  }
  return found
}

it.each([2, 3])(
  'until when %i places lie apart is the same, whatever is hit, for how long, and when it is asked (property)',
  placesMin => {
    let found = 0
    fc.assert(
      fc.property(
        lists,
        fc.nat({ max: 10 }),
        fc.nat({ max: 4 }),
        (attacks, firstAsked, mostPassed) => {
          const inOrder = attacks.toSorted((a, b) => a.day - b.day)
          const passed = Math.min(mostPassed, inOrder.length)
          // What has passed need not be in order.
          const sorted = [...inOrder.slice(0, passed).reverse(), ...inOrder.slice(passed)]
          const start = Math.min(Math.max(firstAsked, passed), sorted.length)
          found += foundAlong(sorted, { passed, start, placesMin })
        }
      ),
      { numRuns: Number(process.env.TOCSIN_TEST_RUNS ?? 1_000) }
    )
    expect(found).toBeGreaterThan(500)
  }
)

const hit = (day: number, lasts: number, spot: number, isAsked = false): Attack => ({
  day,
  lasts,
  spot,
  also: null,
  isAsked,
  isMoved: false
})

it('what came without being searched for is met by the next attack on a place that was', () => {
  const attacks = [hit(0, 3, 0, true), hit(1, 0, 3), hit(1, 2, 0), hit(6, 0, 0, true)]
  expect(foundAlong(attacks, { passed: 0, start: 0, placesMin: 2 })).toBe(1)
})

it('what ended before the window of an attack is met by one that passed out of order and began before', () => {
  const attacks = [hit(0, 0, 3), hit(5, 2, 1), hit(1, 3, 0), hit(6, 0, 0, true)]
  expect(foundAlong(attacks, { passed: 3, start: 3, placesMin: 2 })).toBe(1)
})

it('of thousands of attacks of a day that hit few places, few are searched for', () => {
  const parameters = { ...terms, placesMin: 3 }
  const rows = new ArcRows(parameters)
  let read = 0
  const count = 3_000
  for (let i = 0; i < count; i++) {
    const row = arcRowOf(
      incidentFrom({ id: `${i}`, at: '2024-01-04', radiusKm: 2, ...spotOf(i % 4) }),
      parameters
    )
    // Each reading of a point for a distance counts.
    const points = row.points.map(point => ({
      ...point,
      get x() {
        read += 1
        return point.x
      }
    }))
    rows.insert(i, { ...row, points })
  }
  read = 0
  const spread = new ArcSpread(rows, parameters, count - 1)
  spread.advance(count - 1)
  // No three of four lie apart, so that each attack might be the one that completes them.
  expect(spread.lastMs(count - 1)).toBe(never)
  expect(read).toBeLessThan(1_000)
})

it('look at each hit once while rows come in order', () => {
  class CountedRows extends ArcRows {
    looked = 0
    override hitsSince(...sought: Parameters<ArcRows['hitsSince']>): ArcRow[] {
      const found = super.hitsSince(...sought)
      this.looked += found.length
      return found
    }
  }
  const rows = new CountedRows(terms)
  const spread = new ArcSpread(rows, terms, 0)
  const count = 300
  for (let i = 0; i < count; i++) {
    const sketch = {
      id: `i${String(i).padStart(3, '0')}`,
      at: formatTime(startMs).slice(0, 10),
      admin1: 'ML-5',
      radiusKm: 2
    }
    rows.insert(i, arcRowOf(incidentFrom({ ...sketch, lat: 13 + (i % 10) / 100, lon: -3 }), terms))
    spread.advance(i)
    spread.holdsAt(i)
  }
  // All of the window at each row would be 45,150.
  expect(rows.looked).toBe(count)
})
