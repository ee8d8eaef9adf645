// A snapshot restores a fold that publishes the same, byte for byte.

import { runsOf } from '@tocsin/testing/process/test-size'
import { describe, expect, it } from 'vitest'
import { compareRestored } from '../courses/restore-check.ts'
import { makeDefaultRules } from '../courses/rule-courses.ts'

const seeds = Array.from({ length: runsOf(20, 2) }, (_, i) => i + 1)

describe('a snapshot', () => {
  it.each(seeds)('restores a fold that publishes the same, course %i', seed => {
    expect(compareRestored(makeDefaultRules(), seed)).toBeGreaterThan(100)
  })
})
