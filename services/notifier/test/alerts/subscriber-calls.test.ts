// The calls of an alert as one subscription was called, and when a human there answered.

import type { AlertPartnerAnswer, AlertStatus } from '@tocsin/contracts/alert/alert'
import { describe, expect, it } from 'vitest'
import type { AlertCalls, Call } from '../../src/alerts/alert-calls.ts'
import {
  alertDeedsMax,
  isWithSubscriber,
  type SubscriberAnswer,
  type SubscriberDeed,
  subscriberAnswersAfter,
  subscriberCalls,
  subscriberDeedsAfter,
  subscriberDeedsMax
} from '../../src/alerts/subscriber-calls.ts'
import { nobody } from './call-facts.ts'

const call = (pagedS: number, doneS: number | null = null): Call => ({
  ...{ pagedAtMs: pagedS * 1000, severity: 'severe', taken: null, deeds: [] },
  done: doneS === null ? null : { atMs: doneS * 1000, kind: 'sent' }
})
const calls = (...each: readonly Call[]): AlertCalls => ({ calls: each, isCalling: true })
const answer = (atS: number, subscriptionId = 'sub_1'): SubscriberAnswer => ({
  subscriptionId,
  atMs: atS * 1000
})
const deed = (
  kind: SubscriberDeed['kind'],
  atS: number,
  subscriptionId = 'sub_1'
): SubscriberDeed => ({
  ...{ subscriptionId, kind, atMs: atS * 1000 }
})
const said = (answers: readonly SubscriberAnswer[], deeds: readonly SubscriberDeed[] = []) => ({
  answers,
  deeds
})
const toldAt = (s: number) => ({ subscriptionId: 'sub_1', toldMs: s * 1000 })

describe('a call of a subscription', () => {
  it('begins with the page, and ends with its own answer', () => {
    expect(
      subscriberCalls(calls(call(100, 160)), said([answer(105, 'sub_2'), answer(130)]), toldAt(90))
    ).toEqual([
      {
        calledAtMs: 100_000,
        pagedAtMs: 100_000,
        acknowledgedS: 30,
        respondedS: 60,
        deedCount: 0,
        detectedS: null,
        isUnacknowledged: false
      }
    ])
  })

  it('begins when the endpoint had the alert, if that was later', () => {
    expect(subscriberCalls(calls(call(100, 105)), said([answer(130)]), toldAt(110))).toMatchObject([
      { calledAtMs: 110_000, acknowledgedS: 20, respondedS: 0 }
    ])
  })

  it('is answered by the answers after its page, and not by those of the next', () => {
    const two = calls(call(100), call(500))
    const answered = (...all: readonly SubscriberAnswer[]) =>
      subscriberCalls(two, said(all), toldAt(100)).map(({ acknowledgedS }) => acknowledgedS)
    expect(answered(answer(110))).toEqual([10, null])
    expect(answered(answer(110), answer(507))).toEqual([10, 7])
    expect(answered(answer(507))).toEqual([null, 7])
  })
})

describe('what was done at a subscription', () => {
  const respondedS = (of: AlertCalls, ...deeds: readonly SubscriberDeed[]) =>
    subscriberCalls(of, said([], deeds), toldAt(90)).map(each => each.respondedS)

  it('responds to its call, unless an officer did something before, and to nobody else', () => {
    expect(respondedS(calls(call(100)), deed('warned', 130))).toEqual([30])
    expect(respondedS(calls(call(100, 160)), deed('warned', 130))).toEqual([30])
    expect(respondedS(calls(call(100, 110)), deed('warned', 130))).toEqual([10])
    expect(respondedS(calls(call(100)), deed('warned', 130, 'sub_2'))).toEqual([null])
    expect(respondedS(calls(call(100)), deed('sent', 150), deed('warned', 130))).toEqual([30])
  })
})

describe('the answers of an alert', () => {
  const said = (atS: number, subscriptionId = 'sub_1'): AlertPartnerAnswer => ({
    ...{ subscriptionId, by: 'Partner', at: new Date(atS * 1000).toISOString() },
    ...{ until: null, note: null, via: 'key' }
  })
  const after = (
    before: readonly SubscriberAnswer[],
    last: AlertPartnerAnswer,
    pagedS = 0,
    type = 'alert.answered' as const,
    status: AlertStatus = 'confirmed'
  ) => {
    return subscriberAnswersAfter(
      before,
      {
        type,
        atMs: Date.parse(last.at),
        state: { status, operator: { ...nobody, answers: [last] } }
      },
      pagedS * 1000
    )
  }

  it('are the first of each subscription since the newest page', () => {
    const one = after([], said(10))
    expect(one).toEqual([answer(10)])
    expect(after(one, said(20))).toEqual([{ ...answer(10), last: { atMs: 20_000, untilMs: null } }])
    expect(after(one, said(20, 'sub_2'))).toEqual([answer(10), answer(20, 'sub_2')])
    expect(after(one, said(20), 15)).toEqual([answer(10), answer(20)])
  })

  it('say whether somebody there has it still: by what was said last, since the last page and until its end', () => {
    const until = (atS: number, untilS: number | null, id = 'sub_1') => ({
      ...said(atS, id),
      until: untilS === null ? null : new Date(untilS * 1000).toISOString()
    })
    const isWith = (
      answers: readonly SubscriberAnswer[],
      sinceS: number,
      nowS: number,
      asked = 'sub_1'
    ) =>
      isWithSubscriber(answers, id => id === asked, { sinceMs: sinceS * 1000, nowMs: nowS * 1000 })
    const open = after([], said(10))
    expect([
      isWith(open, 0, 9_999),
      isWith(open, 10, 10),
      isWith(open, 11, 12),
      isWith(open, 0, 12, 'sub_2')
    ]).toEqual([true, true, false, false])
    const ends = after([], until(10, 60))
    expect([isWith(ends, 0, 59), isWith(ends, 0, 60)]).toEqual([true, false])
    const longer = after(ends, until(50, 90))
    expect([isWith(longer, 0, 89), isWith(longer, 20, 89), isWith(longer, 0, 90)]).toEqual([
      true,
      true,
      false
    ])
    expect(isWith(after(longer, until(55, 56)), 0, 57)).toBe(false)
    // A dozen others who answer take nobody's word away.
    let many = open
    for (let i = 0; i < 12; i++) many = after(many, said(20 + i, `other_${i}`))
    expect(isWith(many, 0, 100)).toBe(true)
  })

  it('say what was done, each once, and as many are kept as one subscription and all have room for', () => {
    const withDeed = (
      before: readonly SubscriberDeed[],
      atS: number,
      subscriptionId = 'sub_1',
      recordedS = atS
    ) => {
      const response = {
        kind: 'sent',
        at: new Date(5_000).toISOString(),
        recordedAt: new Date(recordedS * 1000).toISOString()
      } as const
      const operator = { ...nobody, answers: [{ ...said(atS, subscriptionId), response }] }
      return subscriberDeedsAfter(before, {
        type: 'alert.answered',
        state: { status: 'resolved', operator }
      })
    }
    const one = withDeed([], 10)
    expect(one).toEqual([deed('sent', 5)])
    // Who says again that somebody has it says nothing new of what was done.
    expect(withDeed(one, 20, 'sub_1', 10)).toBe(one)
    let many = withDeed([], 1, 'sub_2')
    for (let i = 0; i < subscriberDeedsMax + 5; i++) many = withDeed(many, 10 + i)
    expect([many.length, many[0]?.subscriptionId]).toEqual([subscriberDeedsMax + 1, 'sub_2'])
    for (let i = 0; i < alertDeedsMax; i++) many = withDeed(many, 10, `other_${i}`)
    expect(many).toHaveLength(alertDeedsMax)
  })
})
