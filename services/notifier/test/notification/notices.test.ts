// What a subscription was notified of, folded from its log: also from logs and checkpoints of earlier
// versions, which had three kinds of notices.

import { encodeRecord } from '@tocsin/contracts/record/records'
import { describe, expect, it } from 'vitest'
import { DeliveryFold } from '../../src/notification/delivery-fold.ts'
import { decodeDelivery } from '../../src/notification/delivery-record.ts'
import type { StateRow } from '../../src/notification/delivery-rows.ts'

const time = '2026-03-01T12:00:00.000Z'
const [subscriptionId, previousId] = ['sub_1', null]
const silence = {
  ...{ about: 'silence', id: 'sil_1', state: 'holding' },
  ...{ startsAt: time, endsAt: time, matches: 1 }
} as const
const event = { sequence: 1, eventId: 'e1', eventType: 't', partition: 0, position: '4' }
const reminder = { alertId: 'a1', ...event, count: 1, since: time } as const
const down = { state: 'down', since: null, pending: 1, parked: 0, channel: 'c' } as const

type Written = readonly [type: string, data: object]
const folded = (...records: readonly Written[]) => foldAll(...records).notices

function foldAll(...records: readonly Written[]) {
  const deliveries = new DeliveryFold().of(subscriptionId)
  for (const [i, [type, data]] of records.entries()) {
    const at = { id: `r${i}`, source: '/tocsin/notifier', time, cause: null } as const
    const value = encodeRecord(at, { type, data: { subscriptionId, ...data } } as never)
    const decoded = decodeDelivery(value)
    if (decoded.kind !== 'decoded') throw new Error(`${type} is not decoded`)
    deliveries.apply(decoded.record)
  }
  return deliveries
}
const attempt = { attempt: 1, status: 200, durationMs: 1, reason: null, nextAt: null }

describe('a log of an earlier version', () => {
  it.each([
    ['attempted', 'delivery.outcome', { outcome: 'failed' }],
    ['delivered', 'delivery.outcome', { outcome: 'delivered' }],
    ['parked', 'delivery.outcome', { outcome: 'parked' }],
    ['ended', 'delivery.outcome', { outcome: 'ended' }],
    ['lapsed', 'delivery.dropped', { why: 'lapsed' }],
    ['left-out', 'delivery.dropped', { why: 'left-out' }],
    ['replayed', 'delivery.resumed', { by: 'replay', asker: 'x' }],
    ['reminder-held', 'delivery.held', { sequence: null }],
    ['notice-dropped', 'delivery.notice-attempted', { end: 'dropped' }],
    ['checkpoint-begun', 'delivery.checkpoint', {}]
  ])('has what is %s as a kind of its own', (earlier, type, added) => {
    const data = {
      ...{ subscriptionId, sequence: 1, sequences: [1], by: 'x' },
      ...{ alertId: 'a1', noticeId: 'n1', checkpointId: 'c1' }
    }
    const at = { id: 'r', source: '/tocsin/notifier', time, cause: null } as const
    const value = encodeRecord(at, { type: `delivery.${earlier}`, data })
    const record = { type, data: { ...data, ...added }, id: 'r', time, cause: null }
    expect(decodeDelivery(value)).toMatchObject({ kind: 'decoded', record })
  })

  it('has its notices, bulletins and reminders as notices', () => {
    const notices = folded(
      ['delivery.notice-raised', { noticeId: 'n1', previousId, ...down }],
      ['delivery.notice-attempted', { noticeId: 'n1', ...attempt, end: 'accepted' }],
      ['delivery.bulletin-raised', { noticeId: 's1', previousId, ...silence }],
      ['delivery.bulletin-attempted', { noticeId: 's1', ...attempt, end: 'given-up' }],
      ['delivery.reminder-raised', { noticeId: 'm1', previousId, ...reminder }],
      ['delivery.reminder-attempted', { noticeId: 'm1', alertId: 'a1', ...attempt, end: null }]
    )
    expect(notices.of('endpoint', '')).toMatchObject({ ...down, noticeId: 'n1', end: 'accepted' })
    expect(notices.of('silence', 'sil_1')).toMatchObject({ ...silence, end: 'given-up' })
    expect(notices.of('alert', 'a1')).toMatchObject({ ...event, count: 1, attempts: 1, end: null })
  })

  it('has them in the rows of its checkpoints', () => {
    const course = { subscriptionId, previousId, at: time, attempts: 0, nextAt: null, end: null }
    const deliveries = new DeliveryFold().of(subscriptionId)
    const [first = {}] = deliveries.listRows()
    const { state } = first as Extract<StateRow, { readonly state: object }>
    const endpoint = {
      ...state.endpoint,
      notices: { notice: { ...down, ...course, noticeId: 'n1' }, gone: null }
    }
    const rows = [
      { state: { ...state, endpoint } },
      { bulletins: [{ ...silence, ...course, noticeId: 's1' }] },
      { reminders: [{ ...reminder, ...course, noticeId: 'm1', toldMs: 7 }] }
    ]
    deliveries.restore(rows)
    const { notices } = deliveries
    const toldMs = Date.parse(time)
    expect(notices.of('endpoint', '')).toMatchObject({ noticeId: 'n1', channel: 'c', toldMs })
    expect(notices.of('silence', 'sil_1')).toMatchObject({ noticeId: 's1', toldMs })
    expect(notices.of('alert', 'a1')).toMatchObject({ noticeId: 'm1', toldMs: 7 })
  })
})

describe('a log of an earlier version, of deliveries,', () => {
  const plan = (sequence: number) => ({
    ...{ sequence, eventId: `e${sequence}`, previousId: null, alertId: 'a1', verdict: 'event' },
    ...{ eventType: 'tocsin.alert.revised.v1', partition: 0, position: String(sequence) }
  })

  it('skips with a choice what waits in its range', () => {
    const { table } = foldAll(
      ...[1, 2, 3, 4].map(each => ['delivery.planned', plan(each)] as const),
      [
        'delivery.chosen',
        {
          ...{ sequence: 4, superseded: { from: 1, to: 3 }, expired: [1] },
          ...{ muted: [2], mutedFor: ['ended-unheard'] }
        }
      ]
    )
    expect([1, 2, 3, 4].map(each => table.get(each)?.state)).toEqual([
      'expired',
      'muted',
      'superseded',
      'pending'
    ])
    expect([table.get(2)?.because, table.listUnnamed()]).toEqual(['ended-unheard', []])
  })

  it('has tries and unnamed sequences in rows of their own', () => {
    const deliveries = new DeliveryFold().of(subscriptionId)
    const [first = {}] = deliveries.listRows()
    const row = (sequence: number, previous: string | 0, planned: string | 0, state: number) =>
      [sequence, `e${sequence}`, previous, 'a1', 't', 0, 0, '1', planned, 1, 0, state] as const
    const wait = { untilMs: 9, afterMs: 5 }
    const rows = [
      first,
      { tries: [[2, 3, 0, wait]] },
      { unnamed: [1] },
      { alerts: [['a1', 2, 1, 2 + 4, 5, 6, 2, 4]] },
      { parkedByEnd: [3] },
      { deliveries: [row(1, 'e0', time, 3), row(2, 0, 0, 0), row(3, 0, 0, 2)] }
    ]
    deliveries.restore(rows)
    const second = deliveries.table.get(2)
    expect(second).toMatchObject({ previousId: 'e1', plannedAt: time, state: 'pending' })
    expect(second && [deliveries.countTries(second), deliveries.findWait(second)]).toMatchObject([
      3,
      wait
    ])
    expect(deliveries.table.listUnnamed()).toEqual([1])
    expect(deliveries.table.get(3)).toMatchObject({ state: 'parked', isParkedByEnd: true })
    expect(deliveries.findTrace('a1')).toMatchObject({
      ...{ newest: 2, sent: 1, isHeard: true, owesPage: true, isBegun: false },
      ...{ unheardSinceMs: 5, toldMs: 4, accepted: { atMs: 6, severity: 'severe' } }
    })
  })
})

describe('a notice', () => {
  it('is one where two follow the same, and is tried until it ends', () => {
    const notices = folded(
      ['delivery.notice-raised', { noticeId: 's1', previousId, ...silence }],
      ['delivery.notice-raised', { noticeId: 's2', previousId, ...silence, matches: 2 }],
      ['delivery.notice-attempted', { noticeId: 's2', ...attempt, end: 'accepted' }],
      ['delivery.notice-attempted', { noticeId: 's1', ...attempt, end: null }],
      ['delivery.notice-raised', { noticeId: 's3', previousId: 's1', ...silence, state: 'over' }]
    )
    expect(notices.list('silence')).toMatchObject([{ noticeId: 's3', state: 'over', attempts: 0 }])
  })
})
