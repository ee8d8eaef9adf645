// Rare counts: the tail against published figures and a direct sum, the episodes against an
// evaluation of every day.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dayOf } from '../../../src/patterns/episode/day-sums.ts'
import { leastRare, rareCount } from '../../../src/patterns/rare-count/rare-count.ts'
import { dayMs } from '../../../src/space-time/event-time.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { foldAll, parametersOf } from '../pattern-fold.ts'
import { attacksOver, plainly, shown } from './attack-bursts.ts'

const usual = parametersOf(rareCount)

/**
 * P(N ≥ least) of a count whose rate is learned: each window of the past had `past / windows` on
 * average. Summed from below.
 */
function tail(past: number, windows: number, least: number): number {
  const share = 1 / (1 + windows)
  let [term, below] = [(1 - share) ** (past + 1), 0]
  for (let n = 0; n < least; n++) {
    below += term
    term *= ((past + 1 + n) / (n + 1)) * share
  }
  return 1 - below
}

/** The least count with such a tail, found one by one. */
function leastBySum(past: number, windows: number, alpha: number, countMin: number): number {
  let least = countMin
  while (tail(past, windows, least) > alpha) least += 1
  return least
}

it.each([
  [0.25, 3, 2.2],
  [0.5, 3, 15],
  [0.5, 4, 1.8],
  [0.5, 5, 0.2],
  [1, 5, 3.8],
  [1, 6, 0.6]
])(
  'a mean of %d a week known for sure gives %d or more %d times in 1,040 tests',
  (mean, least, times) => {
    const long = { ...usual, baseDays: 7_000_000 }
    // The alarms at the least count that is as rare as the figure, to the digits that are
    // published.
    expect(leastRare(long, (times + 0.05) / 1040, 1)(mean)).toBe(least)
    expect(leastRare(long, (times - (times === 15 ? 0.5 : 0.05)) / 1040, 1)(mean)).toBe(least + 1)
  }
)

it('the least rare count is that of a direct sum, whatever the past', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 400 }),
      fc.constantFrom(1, 4, 52),
      fc.constantFrom(0.1, 0.01, 0.001),
      fc.constantFrom(1, 3),
      (past, windows, alpha, countMin) => {
        const mean = Math.round((past / windows) * 1e6) / 1e6
        const least = leastRare({ ...usual, baseDays: 7 * windows }, alpha, countMin)(mean)
        expect(least).toBe(leastBySum(past, windows, alpha, countMin))
      }
    ),
    { numRuns: runsOf(300, 10) }
  )
})

it.each([
  ['an area', { admin1: 'ML-4' }],
  ['the theatre', { theatre: 'all' }]
] as const)(
  'the episodes of %s are what an evaluation of every day finds',
  (_, group) => {
    const seen = { found: 0, escalated: 0, ended: 0 }
    const limit = (mean: number, alpha: number, countMin: number) =>
      leastBySum(Math.ceil(mean * 13 - 0.001), 13, alpha, countMin)
    const rule = {
      windowDays: 7,
      baseDays: 91,
      threshold: (mean: number) => limit(mean, 0.001, 3),
      steep: (count: number, mean: number) =>
        count >= limit(mean, 0.0001, 3) ? 'probability at most 0.0001' : null,
      goesOn: () => false,
      runDays: Number.POSITIVE_INFINITY,
      runReason: '',
      isCalm: (count: number, mean: number) => count < limit(mean, 0.1, 1),
      calmDays: 7
    }
    fc.assert(
      fc.property(attacksOver(220, 60), fc.integer({ min: 0, max: 60 }), (incidents, later) => {
        const lastDay = Math.max(...incidents.map(i => dayOf(i.toMs))) + 1 + later
        const found = foldAll(rareCount, incidents, lastDay * dayMs, { baseDays: 91 }).filter(
          f => JSON.stringify(f.group) === JSON.stringify(group)
        )
        expect(found.map(shown)).toEqual(plainly(incidents, lastDay, rule))
        seen.found += found.length
        seen.escalated += found.filter(f => f.levels.length > 1).length
        seen.ended += found.filter(f => f.toMs !== null).length
      }),
      { numRuns: runsOf(300, 10) }
    )
    for (const [what, number] of Object.entries(seen))
      expect(number, what).toBeGreaterThan(shareOf(20, 300, 10))
  },
  60_000
)
