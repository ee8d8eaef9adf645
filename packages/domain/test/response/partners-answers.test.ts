// What partners answer who were told of an alert, by the one writer: it stands beside what officers
// do.

import { describe, expect, it } from 'vitest'
import { type AlertPartnerAnswer, answersMax } from '../../src/alert/alert.ts'
import { unitedOperators } from '../../src/alert/operator-decision.ts'
import type { AnswerRequest, OperatorRequest } from '../../src/record/theatre-record.ts'
import type { FoldStory } from '../fold-story.ts'
import { front, withFront } from '../front-story.ts'
import { nobody } from './call-facts.ts'

let asked = 0
const idOf = (story: FoldStory) =>
  story.events.findLast(({ type }) => type === 'alert.raised')?.data.alertId ?? ''

function answer(story: FoldStory, said: Partial<AnswerRequest> = {}) {
  const asking = {
    actionId: `act-${asked++}`,
    action: 'answer',
    alertId: idOf(story),
    by: 'Partner',
    holder: 'Partner'
  } as const
  const data: AnswerRequest = {
    ...asking,
    subscriptionId: 'sub_1',
    via: 'link',
    until: null,
    note: null,
    ...said
  }
  return story.take({ type: 'answer.requested', data }).alerts[0]
}

function act(story: FoldStory, said: Partial<OperatorRequest> & Pick<OperatorRequest, 'action'>) {
  const { alertId, operatorRevision: ifMatch } = front(story)
  const none = { until: null, note: null, to: null, text: null, disposition: null }
  const data: OperatorRequest = {
    ...none,
    actionId: `act-${asked++}`,
    alertId,
    ifMatch,
    by: 'Ama',
    byId: 'key_1',
    ...said
  }
  return story.take({ type: 'operator.requested', data }).alerts[0]
}

describe("a partner's answer", () => {
  it('is told to officers alone, pages nobody, and leaves operatorRevision to officers', () => {
    const story = withFront()
    const before = front(story)
    const told = answer(story, { note: 'Our team calls.', until: '2025-03-11T00:00:00.000Z' })
    const { detectedAt: at } = front(story).times
    expect(told).toMatchObject({
      type: 'alert.answered',
      data: {
        ...{
          revision: before.revision + 1,
          operatorRevision: before.operatorRevision,
          notify: 'update'
        },
        ...{ status: before.status, concerns: 'internal', reason: null },
        operator: {
          acknowledgedBy: null,
          answers: [
            {
              subscriptionId: 'sub_1',
              by: 'Partner',
              at,
              until: '2025-03-11T00:00:00.000Z',
              note: 'Our team calls.',
              via: 'link'
            }
          ]
        },
        action: { by: 'Partner', text: 'Our team calls.' }
      }
    })
    expect(told?.data).not.toHaveProperty('operator.acknowledgedFirstAt')
  })

  it('is refused of an alert that is over or unknown, and told to officers alone', () => {
    const story = withFront()
    expect(answer(story, { alertId: 'none', handling: 'internal' })).toMatchObject({
      data: { reason: 'unknown-alert', actionHandling: 'internal' }
    })
    act(story, { action: 'resolve', disposition: 'true' })
    expect(answer(story)).toMatchObject({
      type: 'alert.action-refused',
      data: { reason: 'alert-closed' }
    })
  })

  it('of the same subscription replaces the earlier one, and as many are kept as the state has room for', () => {
    const story = withFront()
    for (let n = 0; n < answersMax + 2; n++) answer(story, { subscriptionId: `sub_${n}` })
    answer(story, { subscriptionId: 'sub_5', note: 'again' })
    const kept = front(story).operator.answers ?? []
    expect(kept).toHaveLength(answersMax)
    expect(kept.map(each => each.subscriptionId)).not.toContain('sub_0')
    expect(kept.at(-1)).toMatchObject({ subscriptionId: 'sub_5', note: 'again' })
    expect(kept.filter(each => each.subscriptionId === 'sub_5')).toHaveLength(1)
  })

  it('says what was done, as an officer would, and takes nothing of it back by another answer', () => {
    const story = withFront()
    const response = { kind: 'warned', at: '2025-03-09T20:00:00.000Z', text: 'By radio.' } as const
    const told = answer(story, { note: 'Ours.', response })
    const { detectedAt: recordedAt } = front(story).times
    const done = { kind: 'warned', at: response.at, recordedAt }
    expect(told).toMatchObject({
      type: 'alert.answered',
      data: {
        concerns: 'internal',
        operator: { answers: [{ note: 'Ours.', response: done }] },
        action: { text: 'By radio.' }
      }
    })
    expect(front(story).operator).not.toHaveProperty('responses')
    story.tick('2025-03-11')
    answer(story, { note: 'Still.' })
    expect(front(story).operator.answers).toMatchObject([{ note: 'Still.', response: done }])
    answer(story, { response: { kind: 'moved', at: null, text: null } })
    const { detectedAt: now } = front(story).times
    expect(front(story).operator.answers).toMatchObject([
      { note: null, response: { kind: 'moved', at: now, recordedAt: now } }
    ])
    // When all that said it before were merged away, the last that is known stays.
    const [said] = front(story).operator.answers ?? []
    const { response: _, ...bare } = said as AlertPartnerAnswer
    const later = { ...bare, at: '2025-03-12T00:00:00.000Z' }
    const both = unitedOperators(
      { ...nobody, answers: [later] },
      { ...nobody, answers: [said as AlertPartnerAnswer] },
      'a'
    )
    expect(both.answers).toEqual([{ ...later, response: said?.response }])
  })

  it('of what was done is taken of a closed alert, never of the future, and not without the reason for doing nothing', () => {
    const story = withFront()
    const refused = { type: 'alert.action-refused', data: { reason: 'invalid' } }
    const none = { kind: 'none', at: null, text: null } as const
    expect(answer(story, { response: none })).toMatchObject(refused)
    expect(answer(story, { response: { ...none, text: 'Known to all.' } })).toMatchObject({
      type: 'alert.answered'
    })
    const ahead = { kind: 'sent', at: '2025-03-12T00:00:00.000Z', text: null } as const
    expect(answer(story, { response: ahead })).toMatchObject(refused)
    act(story, { action: 'resolve', disposition: 'true' })
    expect(answer(story)).toMatchObject({ data: { reason: 'alert-closed' } })
    const late = answer(story, {
      response: { kind: 'sent', at: '2025-03-09T00:00:00.000Z', text: null }
    })
    expect(late).toMatchObject({
      type: 'alert.answered',
      data: { status: 'resolved', reason: null }
    })
  })
})
