import { Gauge, Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import {
  mergeMetrics,
  mergeNear,
  mergePreviews,
  mergeReadiness,
  mergeStandings
} from '../../src/rules-thread/combined-answers.ts'

describe('one answer from several threads', () => {
  it('adds up failures of a rule, keeps a message, and lists every warming theatre', () => {
    const one = new Map([
      ['siege', { failing: { count: 2, lastMessage: 'no such member' }, warming: ['west'] }]
    ])
    const other = new Map([
      ['siege', { failing: { count: 1, lastMessage: null }, warming: ['east'] }]
    ])
    expect(mergeStandings([one, other])).toEqual(
      new Map([
        [
          'siege',
          { failing: { count: 3, lastMessage: 'no such member' }, warming: ['west', 'east'] }
        ]
      ])
    )
  })

  it('lists near misses of all threads, the nearest first, and can say as soon as one of them can', () => {
    const miss = (theatre: string, value: number) => ({
      theatre,
      group: {},
      measure: { name: 'attacks', value, threshold: 4, baseline: null, falseAlarmsPerYear: null },
      lacks: 'one more attack',
      incidents: 1,
      lastAt: '2025-06-01'
    })
    const first = { items: [miss('west', 3), miss('west', 1)], next: null, canSay: true }
    const second = { items: [miss('east', 2)], next: null, canSay: true }
    const silent = { items: [], next: null, canSay: false }
    const { items, canSay } = mergeNear([first, second, silent])
    expect(items.map(({ theatre, measure }) => [theatre, measure.value])).toEqual([
      ['west', 3],
      ['east', 2],
      ['west', 1]
    ])
    expect([canSay, mergeNear([silent, silent]).canSay]).toEqual([true, false])
  })

  it('calls a theatre elsewhere only if no thread folds it', () => {
    const first = { theatres: [{ theatre: 'west' }], elsewhere: ['east', 'far'], complete: false }
    const second = { theatres: [{ theatre: 'east' }], elsewhere: ['west', 'far'], complete: false }
    const both = {
      theatres: [{ theatre: 'west' }, { theatre: 'east' }],
      elsewhere: ['far'],
      complete: false
    }
    expect(mergePreviews([first, second])).toEqual(both)
    expect(
      mergePreviews([
        { ...first, elsewhere: ['east'] },
        { ...second, elsewhere: ['west'] }
      ]).complete
    ).toBe(true)
  })

  it('is ready when all are, and says all that is wrong', () => {
    const good = { ready: true, checks: { incidents: 'ok' } }
    const behind = {
      ready: false,
      checks: { incidents: 'partition 1 is catching up', clock: 'behind' }
    }
    expect(mergeReadiness([good, good])).toEqual(good)
    expect(mergeReadiness([good, behind])).toEqual(behind)
    const other = { ready: false, checks: { incidents: 'partition 2 is catching up' } }
    expect(mergeReadiness([behind, other]).checks.incidents).toBe(
      'partition 1 is catching up; partition 2 is catching up'
    )
    const idle = { ready: true, checks: { incidents: 'ok: other instances own all partitions' } }
    expect(mergeReadiness([idle, idle])).toEqual(idle)
    expect(mergeReadiness([idle, good])).toEqual(good)
    expect(mergeReadiness([idle, behind])).toEqual(behind)
  })

  it('adds up metrics, and takes the most of those that are registered so', async () => {
    const metricsOf = (held: number, lag: number) => {
      const registers = [new Registry()]
      new Gauge({ name: 'held', help: 'held', registers }).set(held)
      new Gauge({ name: 'lag_seconds', help: 'lag', aggregator: 'max', registers }).set(lag)
      return registers[0]?.getMetricsAsJSON() ?? []
    }
    const text = await mergeMetrics(await Promise.all([metricsOf(3, 7), metricsOf(4, 5)]))
    expect(text).toContain('held 7')
    expect(text).toContain('lag_seconds 7')
    expect(text.match(/^# TYPE/gm)).toHaveLength(2)
  })
})
