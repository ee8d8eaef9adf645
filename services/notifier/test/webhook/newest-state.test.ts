// Newest-state order over random outages and crashes, on the fold and the choice alone: what the
// partner holds is proof that nothing is missing, and its last word of each alert is the state that
// holds.

import { computeRuns } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../src/notification/delivery.ts'
import { Story, storyStep } from '../support/delivery-story.ts'

const news = { pages: false, closes: false }
const page = { pages: true, closes: false }
const end = { pages: false, closes: true }

describe('newest-state order', () => {
  it('sends the state that holds after an outage, most urgent first, and names what it replaces', () => {
    const s = new Story()
    s.isUp = false
    s.plan(9, news)
    s.run()
    s.plan(1, { ...page, severity: 0 })
    s.plan(2, news)
    s.plan(1, news)
    s.plan(3, { ...page, severity: 3 })
    s.plan(2, news)
    s.settle()
    expect(
      s.received.map(({ sequence, superseded, pagesNow }) => ({ sequence, superseded, pagesNow }))
    ).toEqual([
      { sequence: 5, superseded: null, pagesNow: true },
      // It replaces an event that would have paged.
      { sequence: 4, superseded: { from: 2, to: 2 }, pagesNow: true },
      { sequence: 1, superseded: null, pagesNow: false },
      { sequence: 6, superseded: { from: 3, to: 3 }, pagesNow: false }
    ])
  })
  it('skips an alert that began and ended unheard, with a record; the next delivery names it', () => {
    const s = new Story()
    s.isUp = false
    s.plan(9, news)
    s.run()
    s.plan(1, page)
    s.plan(1, end)
    s.settle()
    expect(s.received.map(each => each.sequence)).toEqual([1])
    expect([2, 3].map(each => s.fold.table.get(each)?.state)).toEqual(['superseded', 'expired'])
    expect(s.fold.table.pendingCount).toBe(0)
    s.plan(4, news)
    s.run()
    expect(s.received.at(-1)).toMatchObject({ sequence: 4, superseded: { from: 2, to: 3 } })
  })
  it('never withholds the end of an alert that the partner may have heard of', () => {
    const s = new Story()
    s.plan(1, page)
    s.diesNext = true
    // Accepted, and the process died before it was logged.
    s.turn()
    s.isUp = false
    s.plan(2, news)
    s.run(1)
    s.plan(1, end)
    s.settle()
    expect(s.received.filter(each => each.alertId === 'a1').at(-1)).toMatchObject({ closes: true })
  })

  it('leaves the partner with proof that nothing is missing, whatever outages and crashes there are (property)', () => {
    fc.assert(
      fc.property(fc.array(storyStep, { maxLength: 80 }), steps => {
        const s = new Story()
        for (const each of steps) {
          s.take(each)
        }
        s.settle()
        expect(s.fold.table.pendingCount).toBe(0)
        checkBeat(s)
        // What was skipped last is named by the next event.
        s.plan(99, news)
        s.settle()
        checkProof(s)
        checkStates(s)
      }),
      { numRuns: computeRuns(1_500) }
    )
  })
})

/**
 * With what a heartbeat would name now the partner has the whole range, without a further event.
 */
function checkBeat({ fold, received, planned, held }: Story & { held: Story['held'] }): void {
  const holds = new Set([...held.call({ received } as Story), ...fold.table.listUnnamed()])
  expect(planned.map(each => each.sequence).filter(each => !holds.has(each))).toEqual([])
  expect(
    fold.table.listUnnamed().filter(each => received.some(({ sequence }) => sequence === each))
  ).toEqual([])
}

/** Each sequence was received or named, nothing named was sent, and a repeat is the same. */
function checkProof({ received, planned, held }: Story & { held: Story['held'] }): void {
  const holds = held.call({ received } as Story)
  expect(planned.map(each => each.sequence).filter(each => !holds.has(each))).toEqual([])
  const seen = new Map<number, Delivery>()
  const named = new Map<number, number>()
  for (const delivery of received) {
    const { sequence, superseded, pagesNow } = delivery
    const before = seen.get(sequence)
    if (before !== undefined)
      expect({ superseded, pagesNow }).toEqual({
        superseded: before.superseded,
        pagesNow: before.pagesNow
      })
    expect(named.has(sequence)).toBe(false)
    seen.set(sequence, delivery)
    if (superseded !== null)
      for (let each = superseded.from; each <= superseded.to; each++)
        if (!seen.has(each)) named.set(each, sequence)
  }
}

/**
 * Of each alert nothing older follows something newer, the newest event came unless it ended
 * unheard, and no page was lost.
 */
function checkStates({ received, planned, fold }: Story): void {
  for (const alert of new Set(planned.map(each => each.alert))) {
    const own = received.filter(each => each.alertId === `a${alert}`)
    const events = planned.filter(each => each.alert === alert)
    const newest = events.at(-1)?.sequence as number
    const sequences = own.map(each => each.sequence)
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b))
    if (own.length > 0 || fold.table.get(newest)?.state !== 'expired')
      expect(sequences.at(-1)).toBe(newest)
    for (const { sequence } of events.filter(each => each.pages)) {
      const isPaged = own.some(each => each.sequence >= sequence && each.pagesNow)
      if (fold.table.get(newest)?.state !== 'expired') expect(isPaged).toBe(true)
    }
  }
}
