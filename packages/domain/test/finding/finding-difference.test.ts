// What readers of an alert could see of the difference between two findings: support for which its
// evidence has no room is only counted.

import { describe, expect, it } from 'vitest'
import { evidenceMax, type Finding } from '../../src/finding/finding.ts'
import { supportChangeOf } from '../../src/finding/finding-difference.ts'
import type { Incident } from '../../src/incident/incident.ts'
import type { Handling } from '../../src/report/handling.ts'

const incident = (id: string, handling: Handling = 'public') =>
  ({ id, contentKey: id, handling }) as Incident
const many = (count: number) => Array.from({ length: count }, (_, i) => incident(`trigger-${i}`))

const resting = {
  ...{
    group: { settlement: 'Diosso' },
    situation: null,
    fromMs: 0,
    toMs: null,
    levels: [],
    omitted: 0
  },
  measure: { name: 'deaths', value: 1, threshold: 1, baseline: null },
  ...{ headline: 'A siege', explanation: 'Two criteria.' }
} as const

const finding = (triggers: readonly Incident[], support: readonly Incident[]): Finding => ({
  ...resting,
  triggers,
  support
})

describe('support', () => {
  it('differs by what evidence has room for', () => {
    const triggers = many(evidenceMax - 2)
    const before = finding(triggers, [incident('a'), incident('b')])
    const [public1, hidden] = [incident('c'), incident('h', 'restricted')]
    // The most open first: what is hidden has no room.
    expect(
      supportChangeOf(before, finding(triggers, [incident('a'), hidden, incident('b')]))
    ).toEqual({ lost: null, any: null })
    expect(supportChangeOf(before, finding(triggers, [incident('b'), public1]))).toEqual({
      lost: 'public',
      any: 'public'
    })
    expect(supportChangeOf(finding(triggers, [incident('a')]), before)).toEqual({
      lost: null,
      any: 'public'
    })
  })

  it('that loses its place to what is more open is not gone', () => {
    const triggers = many(evidenceMax - 1)
    const [hidden, open] = [incident('h', 'restricted'), incident('o')]
    const before = finding(triggers, [hidden])
    expect(supportChangeOf(before, finding(triggers, [hidden, open]))).toEqual({
      lost: null,
      any: 'public'
    })
    expect(supportChangeOf(before, finding(triggers, [open]))).toEqual({
      lost: 'restricted',
      any: 'public'
    })
  })
})
