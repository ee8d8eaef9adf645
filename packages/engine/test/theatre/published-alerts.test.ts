// All rules on random courses: the sum of each alert's events equals its finding, and each finding has
// an alert.

import { describe, expect, it } from 'vitest'
import { PublishedSums } from '../courses/published-check.ts'
import {
  coveredRules,
  makeCoveredRules,
  makeDefaultRules,
  makeRuleCourse
} from '../courses/rule-courses.ts'
import { makeTheatreCourse } from '../support/theatre-course.ts'

describe('published alerts', () => {
  it.each([1, 2])('add up to the findings of all rules, course %i', seed => {
    const sums = new PublishedSums(makeDefaultRules())
    const { records } = makeTheatreCourse(seed, { reports: 200, days: 200 })
    for (const record of records) sums.apply(record)
    sums.checkChain()
    expect(sums.compared).toBeGreaterThan(1000)
  })

  it.each(coveredRules)('add up to the findings of %s in its own courses', id => {
    let compared = 0
    for (let seed = 1; seed <= 3 || (compared === 0 && seed < 9); seed++) {
      const sums = new PublishedSums(makeCoveredRules(id))
      for (const record of makeRuleCourse(id, seed).records) sums.apply(record)
      sums.checkChain()
      compared += sums.compared
    }
    expect(compared).toBeGreaterThan(0)
  })
})
