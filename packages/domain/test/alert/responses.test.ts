// What officers record as done about an alert, by the one writer.

import { describe, expect, it } from 'vitest'
import type { AlertState } from '../../src/alert/alert.ts'
import { unitedOperators } from '../../src/alert/operator-decision.ts'
import type { ResponseRequest } from '../../src/record/theatre-record.ts'
import type { FoldStory } from '../fold-story.ts'
import { front, withFront } from '../front-story.ts'
import { nobody } from '../response/call-facts.ts'

function respond(story: FoldStory, said: Partial<ResponseRequest> = {}) {
  const alert = story.events.findLast(({ type }) => type !== 'alert.action-refused')
    ?.data as AlertState
  const actionId = `act-${story.records.length}`
  const asked = {
    actionId,
    alertId: alert.alertId,
    ifMatch: alert.operatorRevision,
    by: 'Ama',
    byId: 'key_1'
  }
  const data: ResponseRequest = {
    ...asked,
    action: 'respond',
    kind: 'warned',
    at: null,
    text: null,
    ...said
  }
  return story.take({ type: 'response.requested', data }).alerts[0]
}

describe('a response', () => {
  it('is an event that pages nobody, moves operatorRevision, and stays in the state of the alert', () => {
    const story = withFront()
    const before = front(story)
    const at = '2025-03-09T20:00:00.000Z'
    const told = respond(story, { at, text: 'Called the elders.', handling: 'partners' })
    const { detectedAt: recordedAt } = front(story).times
    const done = { kind: 'warned', at, recordedAt }
    expect(told).toMatchObject({
      type: 'alert.responded',
      data: {
        ...{
          revision: before.revision + 1,
          operatorRevision: before.operatorRevision + 1,
          notify: 'update'
        },
        ...{ status: before.status, concerns: 'public', reason: null },
        operator: { acknowledgedBy: null, responses: { count: 1, first: done, last: done } },
        action: { by: 'Ama', byId: 'key_1', text: 'Called the elders.', handling: 'partners' }
      }
    })
    respond(story, { kind: 'sent' })
    expect(front(story).operator.responses).toMatchObject({
      count: 2,
      first: done,
      last: { kind: 'sent' }
    })
  })

  it.each([
    ['of the future', { at: '2031-01-01T00:00:00.000Z' }],
    ['that is a decision not to act, without its reason', { kind: 'none' }],
    ['that is a decision not to act, for no reason', { kind: 'none', text: '' }]
  ] as const)('%s is refused', (_, said) => {
    expect(respond(withFront(), said)).toMatchObject({
      type: 'alert.action-refused',
      data: { reason: 'invalid' }
    })
  })

  it('loses against what came first, and is repeated once', () => {
    const story = withFront()
    respond(story)
    expect(respond(story, { ifMatch: 0 })).toMatchObject({
      data: { reason: 'stale-revision', standingBy: 'Ama' }
    })
  })

  it('can be recorded of an alert that is over', () => {
    const story = withFront()
    story.withdraw('a')
    expect(story.events.at(-1)).toMatchObject({ type: 'alert.retracted' })
    expect(respond(story)).toMatchObject({ type: 'alert.responded', data: { status: 'retracted' } })
  })
})

describe('the first acknowledgement', () => {
  const acknowledge = (story: FoldStory, ifMatch: number, until: string | null) =>
    story.take({
      type: 'operator.requested',
      data: {
        ...{
          actionId: `ack-${ifMatch}`,
          alertId: front(story).alertId,
          ifMatch,
          by: 'Ama',
          action: 'acknowledge',
          until
        },
        ...{ note: null, to: null, text: null, disposition: null }
      }
    })

  it('keeps its time when it lapses, and when another follows', () => {
    const story = withFront()
    const seen = front(story).operatorRevision
    acknowledge(story, seen, '2025-03-11T00:00:00.000Z')
    const { acknowledgedFirstAt } = front(story).operator
    expect(acknowledgedFirstAt).toBe(front(story).times.detectedAt)
    story.tick('2025-03-12')
    expect(front(story).operator).toMatchObject({ acknowledgedBy: null, acknowledgedFirstAt })
    acknowledge(story, front(story).operatorRevision, null)
    expect(front(story).operator).toMatchObject({ acknowledgedBy: 'Ama', acknowledgedFirstAt })
  })
})

describe('two alerts that become one', () => {
  const done = (kind: 'sent' | 'moved', hour: number) => {
    const time = `2025-03-10T${hour}:00:00.000Z`
    return { kind, at: time, recordedAt: time }
  }
  it('have the responses of both, and the earlier of their first acknowledgements', () => {
    const [early, late] = [done('sent', 10), done('moved', 12)]
    const stays = {
      ...nobody,
      acknowledgedFirstAt: late.at,
      responses: { count: 1, first: late, last: late }
    }
    const gone = {
      ...nobody,
      acknowledgedFirstAt: early.at,
      responses: { count: 2, first: early, last: early }
    }
    expect(unitedOperators(stays, gone, 'a')).toEqual({
      ...{ ...nobody, acknowledgedFirstAt: early.at },
      responses: { count: 3, first: early, last: late }
    })
    expect(unitedOperators(nobody, nobody, 'a')).toEqual(nobody)
  })
})
