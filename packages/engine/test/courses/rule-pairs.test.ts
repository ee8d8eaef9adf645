// Every rule finds at every prefix of random courses what the naive oracle finds, and its triggers
// meet every pair of situations. TOCSIN_TEST_FULL=1 runs more courses, TOCSIN_TEST_RUNS so many.

import { computeRuns } from '@tocsin/testing/process/test-size'
import { afterAll, describe, expect, it } from 'vitest'
import { situationPairs } from '../support/theatre-course.ts'
import { RuleCoverage } from './rule-check.ts'
import { coveredRules } from './rule-courses.ts'

const coverages = coveredRules.map(id => new RuleCoverage(id))
/** Courses that a rule may need until it has met all pairs. */
const coursesMax = 12

describe('rules', () => {
  it.each(coverages)('$id finds what the oracle finds, with every pair met', coverage => {
    const least = computeRuns(20, 20)
    for (let seed = 1; seed <= Math.max(least, coursesMax); seed++) {
      if (seed > least && coverage.pairs.size === situationPairs.length) break
      coverage.run(seed)
    }
    expect(situationPairs.filter(pair => !coverage.pairs.has(pair))).toEqual([])
  })

  afterAll(() => {
    const count = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0)
    const met = count(coverages.map(({ pairs }) => pairs.size))
    const prefixes = count(coverages.map(one => one.prefixes))
    console.info(
      `pairs met: ${met} of ${coverages.length * situationPairs.length}, at ${prefixes} prefixes of ${coverages.length} rules`
    )
    expect(prefixes).toBeGreaterThan(1000)
  })
})
