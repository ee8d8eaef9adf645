// Who had an alert before it paged again does not have it now: they took what is over, or what was
// less grave.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertEvent, AlertState } from '../../src/alert/alert.ts'
import type { OperatorRequest } from '../../src/record/theatre-record.ts'
import { type CallFact, callsOf, isUnanswered } from '../../src/response/alert-calls.ts'
import { dayMs, formatTime, parseTimeMs } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch } from '../fold-story.ts'

const startDay = '2025-03-10'
const attack = (id: string, at: string, more: Partial<ReportSketch> = {}): ReportSketch => ({
  ...{ id, at, lat: 14, lon: -5, admin1: 'ML-5' },
  ...more
})

/** A front of three attacks, as it is raised on 10 March. */
function front(): FoldStory {
  const story = new FoldStory({ sources: [] })
  story.tick(startDay)
  story.report(attack('a', '2025-03-01'))
  story.report(attack('b', '2025-03-05'))
  story.report(attack('c', '2025-03-09'))
  return story
}

const now = (story: FoldStory) => story.standing('front')[0] as AlertState

function act(story: FoldStory, request: Partial<OperatorRequest>): AlertEvent | undefined {
  const { alertId, operatorRevision } = now(story)
  const none = {
    by: 'Ama',
    byId: 'key_1',
    until: null,
    note: null,
    to: null,
    text: null,
    disposition: null
  }
  const actionId = `act-${story.records.length}`
  const data = {
    ...none,
    actionId,
    alertId,
    ifMatch: operatorRevision,
    action: 'comment',
    ...request
  } as OperatorRequest
  return story.take({ type: 'operator.requested', data }).alerts[0]
}

function callsNow(story: FoldStory) {
  const { alertId } = now(story)
  const facts = story.events.flatMap(({ type, data }): CallFact[] => {
    if (data.alertId !== alertId || !('status' in data)) return []
    return [{ type, atMs: parseTimeMs(data.times.detectedAt), notify: data.notify, state: data }]
  })
  return callsOf(facts)
}

const nobodyHasIt = (story: FoldStory) => isUnanswered(callsNow(story), now(story).operator)

describe('an alert that comes back', () => {
  const closed = (): FoldStory => {
    const story = front()
    act(story, { action: 'acknowledge', until: '2025-03-10T01:00:00.000Z' })
    act(story, { action: 'resolve', disposition: 'true' })
    story.tick('2025-03-22')
    return story
  }

  it('is nobody’s, although somebody took it and closed it twelve days ago', () => {
    const story = closed()
    const [event] = story.report(attack('d', '2025-03-21'))
    expect(event).toMatchObject({ type: 'alert.reopened', data: { notify: 'page' } })
    expect(now(story).operator).toMatchObject({
      acknowledgedBy: null,
      acknowledgedUntil: null,
      disposition: null
    })
    expect(now(story).operator).not.toHaveProperty('acknowledgedById')
    expect(nobodyHasIt(story)).toBe(true)
    expect(callsNow(story).calls.map(({ taken }) => taken?.by ?? null)).toEqual(['Ama', null])
  })
})

describe('law: who has an alert took it after it paged as it is', () => {
  type Step = 'acknowledge' | 'resolve' | 'comment' | 'attack' | 'withdraw' | 'day' | 'import'
  const steps: readonly Step[] = [
    'acknowledge',
    'resolve',
    'comment',
    'attack',
    'attack',
    'withdraw',
    'day',
    'import'
  ]

  const take = (story: FoldStory, step: Step, count: number): void => {
    const today = formatTime(parseTimeMs(startDay) + count * dayMs).slice(0, 10)
    const id = `more-${count}`
    if (step === 'day') story.tick(today)
    else if (step === 'attack') story.report(attack(id, now(story).times.detectedAt.slice(0, 10)))
    else if (step === 'import')
      story.report(attack(id, now(story).times.detectedAt.slice(0, 10), { lane: 'backfill' }))
    else if (step === 'withdraw')
      for (let i = 0; i <= count; i += 1) story.withdraw(i === 0 ? 'c' : `more-${i}`)
    else
      act(
        story,
        step === 'resolve'
          ? { action: step, disposition: 'true' }
          : { action: step, text: 'On it.' }
      )
  }

  it('whatever officers and reports do', () => {
    let cameBack = 0
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...steps), { maxLength: 30 }), sequence => {
        const story = front()
        const { alertId } = now(story)
        for (const [i, step] of sequence.entries()) take(story, step, i + 1)
        let has: string | null = null
        let isStale = false
        for (const { type, data } of story.events) {
          if (data.alertId !== alertId || !('status' in data)) continue
          has = data.operator.acknowledgedBy
          const pagesAgain =
            data.notify === 'page' && (type === 'alert.reopened' || type === 'alert.escalated')
          if (pagesAgain && type === 'alert.reopened') cameBack += 1
          // The event of an escalation still names who had it; the one that follows it says that it
          // lapsed.
          if (pagesAgain) isStale = true
          else if (type === 'alert.acknowledged') isStale = false
          if (isStale && type !== 'alert.escalated') expect(has).toBeNull()
        }
      }),
      { numRuns: 60 }
    )
    expect(cameBack).toBeGreaterThan(0)
  })
})
