// The calls of an alert as one subscription was called, and when a human there answered.

import type { AlertPartnerAnswer, AlertStatus } from '@tocsin/contracts/alert/alert'
import type { ResponseKind } from '@tocsin/contracts/theatre/theatre-record'
import { describe, expect, it } from 'vitest'
import type { AlertCalls, Call } from '../../src/alerts/alert-calls.ts'
import {
  alertAnswersMax,
  findLastAnswer,
  isWithSubscriber,
  listDeeds,
  type SubscriberAnswer,
  subscriberAnswersAfter,
  subscriberAnswersMax,
  subscriberCalls
} from '../../src/alerts/subscriber-calls.ts'
import { nobody } from './call-facts.ts'

const call = (pagedS: number, doneS: number | null = null): Call => ({
  ...{ pagedAtMs: pagedS * 1000, severity: 'severe', taken: null, deeds: [] },
  done: doneS === null ? null : { atMs: doneS * 1000, kind: 'sent' }
})
const calls = (...each: readonly Call[]): AlertCalls => ({ calls: each, isCalling: true })
const time = (s: number) => new Date(s * 1000).toISOString()
const answer = (
  atS: number,
  subscriptionId = 'sub_1',
  more: Partial<AlertPartnerAnswer> = {}
): AlertPartnerAnswer => ({
  ...{ subscriptionId, by: 'Partner', at: time(atS), until: null, note: null, via: 'key', ...more }
})
const deed = (kind: ResponseKind, doneS: number, subscriptionId = 'sub_1', saidS = 900) =>
  answer(saidS, subscriptionId, {
    response: { kind, at: time(doneS), recordedAt: time(saidS) }
  })
const state = { revision: 1, severity: 'severe', status: 'confirmed' } as const
const after = (
  before: readonly SubscriberAnswer[],
  said: AlertPartnerAnswer,
  status: AlertStatus = 'confirmed'
) =>
  subscriberAnswersAfter(before, {
    ...({ type: 'alert.answered', atMs: Date.parse(said.at) } as const),
    state: { ...state, status, operator: { ...nobody, answers: [answer(0, 'other'), said] } }
  })
const said = (...answers: readonly AlertPartnerAnswer[]) =>
  answers.reduce<readonly SubscriberAnswer[]>((all, each) => after(all, each), [])
const toldAt = (s: number) => ({ subscriptionId: 'sub_1', toldMs: s * 1000 })

describe('a call of a subscription', () => {
  it('begins with the page, and ends with its own answer', () => {
    const answers = said(answer(105, 'sub_2'), answer(130))
    expect(subscriberCalls(calls(call(100, 160)), answers, toldAt(90))).toEqual([
      {
        calledAtMs: 100_000,
        pagedAtMs: 100_000,
        answeredAtMs: 130_000,
        acknowledgedS: 30,
        respondedS: 60,
        deedCount: 0,
        detectedS: null,
        isUnacknowledged: false
      }
    ])
  })

  it('begins when the endpoint had the alert, if that was later', () => {
    expect(subscriberCalls(calls(call(100, 105)), said(answer(130)), toldAt(110))).toMatchObject([
      { calledAtMs: 110_000, acknowledgedS: 20, respondedS: 0 }
    ])
  })

  it('is answered by the answers after its page while it goes on, and not by those of the next', () => {
    const answered = (answers: readonly SubscriberAnswer[]) =>
      subscriberCalls(calls(call(100), call(500)), answers, toldAt(100)).map(
        ({ acknowledgedS }) => acknowledgedS
      )
    expect(answered(said(answer(110), answer(120)))).toEqual([10, null])
    expect(answered(said(answer(110), answer(507)))).toEqual([10, 7])
    expect(answered(said(answer(507)))).toEqual([null, 7])
    expect(answered(after([], answer(110), 'resolved'))).toEqual([null, null])
  })
})

describe('what was done at a subscription', () => {
  const respondedS = (of: AlertCalls, ...deeds: readonly AlertPartnerAnswer[]) =>
    subscriberCalls(of, said(...deeds), toldAt(90)).map(each => each.respondedS)

  it('responds to its call, unless an officer did something before, and to nobody else', () => {
    expect(respondedS(calls(call(100)), deed('warned', 130))).toEqual([30])
    expect(respondedS(calls(call(100, 160)), deed('warned', 130))).toEqual([30])
    expect(respondedS(calls(call(100, 110)), deed('warned', 130))).toEqual([10])
    expect(respondedS(calls(call(100)), deed('warned', 130, 'sub_2'))).toEqual([null])
    expect(respondedS(calls(call(100)), deed('sent', 150), deed('warned', 130))).toEqual([30])
  })

  it('counts once, also after the end, and stays with what is answered later', () => {
    const done = deed('sent', 5, 'sub_1', 10)
    const again = { ...done, at: time(20) }
    const answers = after(after([], done, 'resolved'), again, 'resolved')
    expect(listDeeds(answers, 'sub_1')).toMatchObject([{ kind: 'sent', at: time(5) }])
    expect(findLastAnswer(said(done, answer(30)), 'sub_1')).toMatchObject({
      ...{ at: time(30), response: done.response }
    })
  })
})

describe('the answers of an alert', () => {
  it('say whether somebody there has it still: by what was said last, since the last page and until its end', () => {
    const until = (atS: number, untilS: number) => answer(atS, 'sub_1', { until: time(untilS) })
    const isWith = (
      answers: readonly SubscriberAnswer[],
      sinceS: number,
      nowS: number,
      asked = 'sub_1'
    ) =>
      isWithSubscriber(answers, id => id === asked, { sinceMs: sinceS * 1000, nowMs: nowS * 1000 })
    const open = said(answer(10))
    expect([
      isWith(open, 0, 9_999),
      isWith(open, 10, 10),
      isWith(open, 11, 12),
      isWith(open, 0, 12, 'sub_2'),
      isWith(after([], answer(10), 'resolved'), 0, 12)
    ]).toEqual([true, true, false, false, false])
    const ends = said(until(10, 60))
    expect([isWith(ends, 0, 59), isWith(ends, 0, 60)]).toEqual([true, false])
    const longer = after(ends, until(50, 90))
    expect([isWith(longer, 0, 89), isWith(longer, 20, 89), isWith(longer, 0, 90)]).toEqual([
      ...[true, true, false]
    ])
    expect(isWith(after(longer, until(55, 56)), 0, 57)).toBe(false)
    // A dozen others who answer take nobody's word away.
    const others = Array.from({ length: 12 }, (_, i) => answer(20 + i, `other_${i}`))
    expect(isWith(said(answer(10), ...others), 0, 100)).toBe(true)
  })

  it('of an alert that was merged are known, and answer no call of this one', () => {
    const operator = { ...nobody, answers: [answer(10), answer(20, 'sub_2')] }
    const fact = { type: 'alert.revised', atMs: 30_000, state: { ...state, operator } } as const
    const merged = subscriberAnswersAfter([], fact)
    expect(findLastAnswer(merged, 'sub_1')).toMatchObject(answer(10))
    expect(isWithSubscriber(merged, () => true, { sinceMs: 0, nowMs: 0 })).toBe(false)
    expect(subscriberAnswersAfter(merged, fact)).toBe(merged)
  })

  it('are as many as one subscription and all have room for', () => {
    let many = said(answer(1, 'sub_2'))
    for (let i = 0; i < subscriberAnswersMax + 5; i++) many = after(many, answer(10 + i))
    expect([many.length, many[0]?.subscriptionId]).toEqual([subscriberAnswersMax + 1, 'sub_2'])
    for (let i = 0; i < alertAnswersMax; i++) many = after(many, answer(10, `other_${i}`))
    expect(many).toHaveLength(alertAnswersMax)
  })
})
