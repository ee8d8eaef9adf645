// A snapshot restores a fold that publishes the same, byte for byte.

import { describe, expect, it } from 'vitest'
import { compareRestored } from '../courses/restore-check.ts'
import { makeDefaultRules } from '../courses/rule-courses.ts'

describe('a snapshot', () => {
  it.each([1, 2, 3, 4, 5, 6])('restores a fold that publishes the same, course %i', seed => {
    expect(compareRestored(makeDefaultRules(), seed)).toBeGreaterThan(100)
  })
})
