// Sequence and absence against exhaustive searches: all tuples of incidents, every hour of silence.

import { describe, expect, it } from 'vitest'
import { type AnyPattern, resolveParameters } from '../../../src/detection/pattern.ts'
import { momentAt } from '../../../src/fold/moment.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { patterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs } from '../../../src/space-time/event-time.ts'
import { machineOver } from '../machine-over.ts'
import { blockIncidents, blockStartMs, foldBlocks } from './block-incidents.ts'

const sequence = patterns.get('sequence') as AnyPattern
const absence = patterns.get('absence') as AnyPattern

type Test = (i: Incident) => boolean

/** A step as the test evaluates it, beside its form in the rule. */
interface Step {
  readonly text: string
  readonly test: Test
  readonly absent?: true
  readonly days?: number
}

const is = (category: string): Step => ({
  text: `category == "${category}"`,
  test: i => i.category === category
})

describe('sequence', () => {
  const threatThenQuiet = {
    steps: [is('threat').text, { absent: is('access-restored').text, days: 10 }]
  }
  const threat = { day: 1, days: 0, category: 'threat' as const }
  const due = blockStartMs + 11 * dayMs

  it('does not count an absence before all sources have reported later', () => {
    const at = (ms: number) =>
      foldBlocks(sequence, blockIncidents([threat]), ms, threatThenQuiet).get('all')
    expect(at(due - 1)).toEqual([])
    expect(at(due)).toHaveLength(1)
  })

  it('ends by ticks alone, although its absence waits for the watermark', () => {
    const parameters = resolveParameters(sequence, { ...threatThenQuiet, holdDays: 3 })
    const machine = machineOver(sequence, { scope: 'all', parameters }, blockIncidents([threat]))
    const at = (horizonMs: number, watermarkMs: number | null) =>
      machine.findings(momentAt(horizonMs, [], watermarkMs))
    expect(at(due + 9 * dayMs, null)).toEqual([])
    expect(at(due + 9 * dayMs, due - 1)).toEqual([])
    expect(at(due + 2 * dayMs, due)[0]?.toMs).toBeNull()
    expect(at(due + 3 * dayMs, due)[0]?.toMs).toBe(due + 3 * dayMs)
  })

  it('counts no absence during our own downtime', () => {
    const gap = { fromMs: blockStartMs + 5 * dayMs, toMs: blockStartMs + 6 * dayMs }
    expect(
      foldBlocks(sequence, blockIncidents([threat]), due, threatThenQuiet, [gap]).get('all')
    ).toEqual([])
    const before = { fromMs: blockStartMs - 5 * dayMs, toMs: blockStartMs }
    expect(
      foldBlocks(sequence, blockIncidents([threat]), due, threatThenQuiet, [before]).get('all')
    ).toHaveLength(1)
  })
})

describe('absence', () => {
  it('begins at the end of an interval, and a longer earlier interval delays it', () => {
    const incidents = blockIncidents([
      { day: 0, days: 20, category: 'access-restored' },
      { day: 3, days: 1, category: 'access-restored' }
    ])
    const [finding] =
      foldBlocks(absence, incidents, blockStartMs + 60 * dayMs, { days: 10 }).get('all') ?? []
    expect(finding?.fromMs).toBe(blockStartMs + 20 * dayMs - 1)
  })

  it('is not broken by a report that fails the grade', () => {
    const incidents = blockIncidents([
      { day: 0, days: 1, category: 'access-restored' },
      { day: 8, days: 1, category: 'access-restored', credibility: 5 }
    ])
    expect(
      foldBlocks(absence, incidents, blockStartMs + 12 * dayMs, { days: 10 }).get('all')
    ).toHaveLength(1)
  })
})
