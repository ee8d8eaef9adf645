// What was recorded as done is corrected or withdrawn, by the one writer of alerts.

import { describe, expect, it } from 'vitest'
import type { AlertState } from '../../src/alert/alert.ts'
import { whyNotCorrectable } from '../../src/alert/alert-responses.ts'
import type { CorrectionRequest, ResponseRequest } from '../../src/record/theatre-record.ts'
import type { FoldStory } from '../fold-story.ts'
import { front, withFront } from '../front-story.ts'
import { nobody } from './call-facts.ts'

function asked(story: FoldStory, by = 'Ama') {
  const { alertId, operatorRevision } = front(story)
  return {
    actionId: `act-${story.records.length}`,
    alertId,
    ifMatch: operatorRevision,
    by,
    byId: `key_${by}`
  }
}

function respond(story: FoldStory, said: Partial<ResponseRequest> = {}) {
  const data: ResponseRequest = {
    ...asked(story),
    action: 'respond',
    kind: 'warned',
    at: null,
    text: null,
    ...said
  }
  story.take({ type: 'response.requested', data })
  return front(story).operator.responses?.last.id ?? ''
}

function correct(story: FoldStory, corrects: string, said: Partial<CorrectionRequest> = {}) {
  const what = {
    action: 'correct',
    corrects,
    withdrawn: false,
    kind: null,
    at: null,
    text: null
  } as const
  const data: CorrectionRequest = { ...asked(story, 'Bo'), ...what, ...said }
  return story.take({ type: 'correction.requested', data }).alerts[0]
}

const withdraw = (story: FoldStory, id: string) =>
  correct(story, id, { withdrawn: true, text: 'Another village.' })
const at = (hour: string) => `2025-03-09T${hour}:00.000Z`

describe('a correction', () => {
  it('takes the place of what it corrects, keeps what it does not say, and is told to all with who made it', () => {
    const story = withFront()
    const before = front(story)
    const wrong = respond(story, { at: at('02:00'), handling: 'partners' })
    expect(wrong).toBe(`${before.alertId}.1`)
    const told = correct(story, wrong, { at: at('20:00'), text: 'Not at two: at eight.' })
    const now = {
      ...{ kind: 'warned', at: at('20:00'), recordedAt: front(story).times.detectedAt },
      ...{ id: `${before.alertId}.2`, corrects: [wrong] }
    }
    expect(told).toMatchObject({
      type: 'alert.response-corrected',
      data: {
        ...{
          revision: before.revision + 2,
          operatorRevision: before.operatorRevision + 2,
          notify: 'update'
        },
        ...{
          concerns: 'public',
          status: before.status,
          action: { by: 'Bo', text: 'Not at two: at eight.' }
        }
      }
    })
    expect(front(story).operator).toMatchObject({ responsesRecorded: 2 })
    expect(front(story).operator.responses).toEqual({
      count: 1,
      first: now,
      last: now,
      recent: [{ ...now, byId: 'key_Bo' }]
    })
  })

  it('can be corrected itself: what was replaced is named, oldest first', () => {
    const story = withFront()
    const first = respond(story)
    correct(story, first, { kind: 'moved' })
    const second = front(story).operator.responses?.last.id ?? ''
    correct(story, second, { kind: 'sent' })
    expect(front(story).operator.responses).toMatchObject({
      count: 1,
      last: { kind: 'sent', corrects: [first, second] }
    })
  })

  it.each([
    ['of the future', { at: '2031-01-01T00:00:00.000Z' }],
    ['to a decision not to act, without its reason', { kind: 'none' }]
  ] as const)('%s is refused, and what stood stands', (_, said) => {
    const story = withFront()
    const id = respond(story)
    expect(correct(story, id, said)).toMatchObject({
      type: 'alert.action-refused',
      data: { reason: 'invalid' }
    })
    expect(front(story).operator.responses).toMatchObject({ count: 1, last: { id } })
  })

  it('of what was corrected before is refused: of two officers one wins', () => {
    const story = withFront()
    const id = respond(story)
    const seen = front(story).operatorRevision
    correct(story, id, { kind: 'sent' })
    expect(correct(story, id, { kind: 'moved' })).toMatchObject({ data: { reason: 'invalid' } })
    expect(correct(story, id, { kind: 'moved', ifMatch: seen })).toMatchObject({
      data: { reason: 'stale-revision', standingBy: 'Bo' }
    })
  })

  it('of an alert that is over is recorded', () => {
    const story = withFront()
    const id = respond(story)
    story.withdraw('a')
    const over = story.events.at(-1)?.data as AlertState
    const asked = {
      ifMatch: over.operatorRevision,
      alertId: over.alertId,
      by: 'Bo',
      actionId: 'late'
    }
    const what = {
      action: 'correct',
      corrects: id,
      withdrawn: false,
      kind: 'sent',
      at: null,
      text: null
    } as const
    const [told] = story.take({ type: 'correction.requested', data: { ...asked, ...what } }).alerts
    expect(told).toMatchObject({ type: 'alert.response-corrected', data: { status: 'retracted' } })
  })
})

describe('a response that is withdrawn', () => {
  it('stands no more, and is named until something else is recorded; its number is not used again', () => {
    const story = withFront()
    const id = respond(story)
    expect(withdraw(story, id)).toMatchObject({
      type: 'alert.response-corrected',
      data: { action: { text: 'Another village.' } }
    })
    const { operator } = front(story)
    expect(operator.responses).toBeUndefined()
    expect(operator).toMatchObject({
      responsesRecorded: 1,
      responseWithdrawn: { id, kind: 'warned' }
    })
    expect(withdraw(story, id)).toMatchObject({ data: { reason: 'invalid' } })
    expect(respond(story)).toBe(`${front(story).alertId}.2`)
    expect(front(story).operator.responseWithdrawn).toBeUndefined()
  })
})

describe('why a response can not be corrected', () => {
  it('is said, and nothing is said of other alerts', () => {
    const story = withFront()
    const [one, two, three] = [respond(story), respond(story), respond(story)]
    correct(story, one, { kind: 'sent' })
    withdraw(story, two)
    const { alertId, operator } = front(story)
    const why = (id: string) => whyNotCorrectable(operator, alertId, id)
    expect(why(one)).toMatchObject({ kind: 'corrected', by: `${alertId}.4` })
    expect(why(two)).toEqual({ kind: 'withdrawn' })
    expect(why(three)).toBeNull()
    expect([`${alertId}.9`, `${alertId}.0`, 'x.1', 'x', ''].map(id => why(id)?.kind)).toEqual([
      ...['unknown', 'unknown', 'of-another-alert', 'unknown', 'unknown']
    ])
    withdraw(story, three)
    expect(whyNotCorrectable(front(story).operator, alertId, two)).toEqual({ kind: 'settled' })
  })
})

const done = (kind: 'sent' | 'moved', hour: number, more = {}) => {
  const time = `2025-03-10T${hour}:00:00.000Z`
  return { kind, at: time, recordedAt: time, ...more }
}

describe('records from before responses had ids', () => {
  it('are known by their numbers, the first and the last', () => {
    const [first, last] = [done('sent', 10), done('moved', 12)]
    const operator = { ...nobody, responses: { count: 3, first, last } }
    expect(['a.1', 'a.2', 'a.3'].map(id => whyNotCorrectable(operator, 'a', id)?.kind)).toEqual([
      undefined,
      'settled',
      undefined
    ])
  })
})
