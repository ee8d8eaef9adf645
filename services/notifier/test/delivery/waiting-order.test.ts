// Newest-state order as it is kept is the order of all that waits judged at once, and a turn costs
// what changed.

import type { NotificationDecision } from '@tocsin/domain/notification/notification-decision'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holdRecord } from '../../src/delivery/attempt-records.ts'
import { SequenceSet } from '../../src/delivery/sequence-set.ts'
import type { NewsJudge } from '../../src/delivery/waiting-order.ts'
import { settleInParts } from '../../src/policy/settle-in-parts.ts'
import { sliceUnitsMax } from '../../src/projection/scan-scheduler.ts'
import { judgedAtOnce, orderOf } from '../support/backlog-order.ts'
import { Story } from '../support/delivery-story.ts'
import { sharedStep, takeStep } from '../support/shared-log.ts'

it('is the same whatever was planned, sent, replayed, ended and forgotten (property)', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ step: sharedStep, asks: fc.boolean(), forgets: fc.nat({ max: 20 }) }), {
        maxLength: 60
      }),
      steps => {
        const story = new Story()
        for (const { step, asks, forgets } of steps) {
          takeStep(story, step.what)
          if (forgets < 5) story.fold.forgetAlert(`a${forgets}`)
          if (asks)
            expect(orderOf(story.fold, story.nowMs)).toEqual(judgedAtOnce(story.fold, story.nowMs))
        }
        expect(orderOf(story.fold, story.nowMs)).toEqual(judgedAtOnce(story.fold, story.nowMs))
      }
    ),
    { numRuns: Number(process.env.TOCSIN_TEST_RUNS ?? 400) }
  )
})

describe('a turn', () => {
  /** Deliveries looked at for each of the next turns, with so many waiting of as many alerts. */
  const lookedPerTurn = (count: number) => {
    const story = new Story()
    story.isUp = false
    story.plan(0, { pages: false, closes: false })
    story.run(1)
    for (let i = 1; i < count; i++)
      story.plan(i, { pages: i % 7 === 0, closes: false, severity: i % 4 })
    story.nowMs += 3_600_000
    story.isUp = true
    story.run(5)
    const order = story.fold.order(story.nowMs)
    const before = order.looked
    const sent = story.received.length
    story.run(200)
    expect(story.received.length - sent).toBe(200)
    return (order.looked - before) / 200
  }
  /** A policy that says the same of everything, and is asked again each second. */
  const judgeOf = () => {
    let decision: NotificationDecision = {
      kind: 'hold',
      reason: 'told-in-story',
      untilMs: null,
      by: 'siege'
    }
    const judge: NewsJudge = {
      work: { units: 0 },
      decide: (_, _standingOf, nowMs) => ({ decision, againMs: nowMs + 1_000 })
    }
    const says = (next: NotificationDecision) => {
      decision = next
    }
    return { judge, says }
  }

  it('ends, however many of those that were to go are held by what was told since', () => {
    const count = 20_000
    const story = new Story()
    const { judge, says } = judgeOf()
    story.judge = judge
    for (let i = 0; i < count; i++) story.plan(i, { pages: false, closes: false })
    story.run()
    expect(story.fold.dueCount).toBe(0)
    // What covered them ended, and before the first of them went it was there again.
    story.nowMs += 1_000
    says({ kind: 'tell', reason: 'first' })
    expect(story.fold.order(story.nowMs, judge).size).toBe(count)
    says({ kind: 'hold', reason: 'told-in-story', untilMs: null, by: 'siege' })
    expect(story.turn()).toBe(false)
    expect(story.received).toEqual([])
    // Another covers them now: so many holds are written at once, not one by one.
    story.nowMs += 1_000
    says({ kind: 'tell', reason: 'first' })
    story.fold.order(story.nowMs, judge)
    says({ kind: 'hold', reason: 'told-in-story', untilMs: null, by: 'front' })
    const logged = story.log.length
    story.turn()
    expect(story.log.length - logged).toBe(200)
  })

  it('is prepared in parts, however many are to be judged at once, and what is told waits for all that is as grave', async () => {
    const story = new Story()
    const asked: string[] = []
    const judge: NewsJudge = {
      work: { units: 0 },
      decide: ({ alertId }) => {
        asked.push(alertId)
        judge.work.units += sliceUnitsMax / 10
        return {
          decision: {
            kind: 'hold',
            reason: 'silenced',
            untilMs: story.nowMs + 60_000,
            by: 'roads'
          },
          againMs: null
        }
      }
    }
    for (let i = 0; i < 1_000; i++) story.plan(i, { pages: false, closes: false })
    const parts: number[] = []
    const scans = {
      next: async () => {
        parts.push(asked.length)
        // What is planned meanwhile is judged too.
        if (parts.length === 50) story.plan(1_000, { pages: false, closes: false })
      }
    }
    const clock = { nowMs: () => story.nowMs }
    await settleInParts(story.fold, judge, { clock, scans }, new AbortController().signal)
    expect([asked.length, new Set(asked).size]).toEqual([1_001, 1_001])
    expect(parts.slice(0, 3)).toEqual([10, 20, 30])
    expect(parts).toHaveLength(100)
    // Nothing is left for the turn itself.
    expect(story.fold.order(story.nowMs, judge).size).toBe(0)
    expect(asked).toHaveLength(1_001)
  })

  it('looks at no more deliveries if a hundred times as many wait', () => {
    const [few, many] = [lookedPerTurn(300), lookedPerTurn(30_000)]
    expect(few).toBeLessThan(5)
    expect(many).toBeLessThanOrEqual(few)
  })
})

it('an ordered set of sequences is one, whatever is added and removed (property)', () => {
  const actArb = fc.record({ sequence: fc.nat({ max: 900 }), adds: fc.boolean() })
  fc.assert(
    fc.property(fc.array(actArb, { maxLength: 1_500 }), fc.boolean(), (acts, begins) => {
      const [set, model] = [new SequenceSet(), new Set<number>()]
      if (begins)
        for (const each of Array(900).keys()) {
          set.add(each)
          model.add(each)
        }
      for (const { sequence, adds } of acts) {
        if (adds) set.add(sequence)
        else expect(set.delete(sequence)).toBe(model.has(sequence))
        if (adds) model.add(sequence)
        else model.delete(sequence)
      }
      const sorted = [...model].sort((a, b) => a - b)
      expect(set.all()).toEqual(sorted)
      expect([set.size, set.first, set.second]).toEqual([sorted.length, sorted[0], sorted[1]])
      expect(set.within(100, 300)).toEqual(sorted.filter(each => each >= 100 && each <= 300))
      expect([...set.from(450)]).toEqual(sorted.filter(each => each >= 450))
    })
  )
})

it('logs a hold once in a while where another instance logs another: they do not replace each other without end', () => {
  const story = new Story()
  const hold = { kind: 'hold', reason: 'told-in-story', untilMs: null, by: 'siege' } as const
  story.judge = {
    work: { units: 0 },
    decide: (_, _standingOf, nowMs) => ({ decision: hold, againMs: nowMs + 1_000 })
  }
  story.plan(0, { pages: false, closes: false })
  /** The other one logs each time that it reads of ours; how often that is for so many seconds. */
  const answersIn = (seconds: number) => {
    let count = 0
    for (let s = 0; s < seconds; s++) {
      for (let turns = 0; turns < 50 && story.turn(); turns++) {
        count++
        const other = { sequence: 1, reason: 'silenced', until: null, by: 'move' } as const
        story.append(holdRecord({ subscription: story.subscription, nowMs: story.nowMs }, other))
      }
      story.nowMs += 1_000
    }
    return count
  }
  expect(answersIn(1)).toBe(1)
  expect(answersIn(40)).toBe(4)
})
