// What waits for a decision counts against a link until it is decided, was not written, or an hour
// is over.

import { beforeEach, describe, expect, it } from 'vitest'
import { UndecidedDeeds } from '../../src/answer/undecided-deeds.ts'

const decided = new Set<string>()
let nowMs = 0
let deeds: UndecidedDeeds
beforeEach(() => {
  decided.clear()
  nowMs = 0
  deeds = new UndecidedDeeds(
    id => decided.has(id),
    () => nowMs
  )
})

describe('what links said that is not decided', () => {
  it('counts by subscription and alert until it is decided', () => {
    for (const id of ['x', 'y', 'y']) deeds.add('sub', 'a1', id)
    deeds.add('sub', 'a2', 'z')
    expect([
      deeds.countOf('sub', 'a1'),
      deeds.countOf('sub', 'a2'),
      deeds.countOf('other', 'a1')
    ]).toEqual([2, 1, 0])
    decided.add('x')
    expect(deeds.countOf('sub', 'a1')).toBe(1)
  })

  it('counts no more once it could not be written, or after an hour', () => {
    for (const id of ['x', 'y']) deeds.add('sub', 'a1', id)
    deeds.remove('sub', 'a1', 'x')
    deeds.remove('sub', 'none', 'x')
    nowMs = 3_600_000
    expect(deeds.countOf('sub', 'a1')).toBe(1)
    nowMs += 1
    expect(deeds.countOf('sub', 'a1')).toBe(0)
  })
})
