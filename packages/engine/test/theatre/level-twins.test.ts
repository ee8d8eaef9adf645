// Twin test of levels: what a level may not see changes no byte of what it publishes.

import { describe, expect, it } from 'vitest'
import { compareTwins } from '../courses/level-twins.ts'
import { makeDefaultRules } from '../courses/rule-courses.ts'

describe.each(['public', 'partners', 'internal'] as const)('what %s publishes', level => {
  it.each([1])('does not depend on what is above it, course %i', seed => {
    const counts = { prefixes: 0, events: 0, acts: 0 }
    compareTwins(makeDefaultRules(), level, seed, counts)
    expect(counts.events).toBeGreaterThan(30)
    expect(counts.acts).toBeGreaterThan(50)
  })
})
