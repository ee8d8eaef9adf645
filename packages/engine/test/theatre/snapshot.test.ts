// A snapshot restores a fold that publishes the same, byte for byte.

import { runsOf } from '@tocsin/testing/process/test-size'
import { describe, expect, it } from 'vitest'
import { compareRestored } from '../courses/restore-check.ts'
import { makeCoveredRules, makeDefaultRules } from '../courses/rule-courses.ts'

const seeds = Array.from({ length: runsOf(20, 2) }, (_, i) => i + 1)

describe('a snapshot', () => {
  it.each(seeds)('restores a fold that publishes the same, course %i', seed => {
    expect(compareRestored(makeDefaultRules(), seed)).toBeGreaterThan(100)
  })

  it.each([1, 2])('restores the past of a scan beyond its longest look back, course %i', seed => {
    const course = { reports: 800, days: 2000, areas: 2 }
    expect(compareRestored(makeCoveredRules('cluster'), seed, course)).toBeGreaterThan(100)
  })
})
