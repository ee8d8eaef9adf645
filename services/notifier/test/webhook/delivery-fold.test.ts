import { describe, expect, it } from 'vitest'
import { DeliveryFold } from '../../src/delivery/delivery-fold.ts'
import {
  type DeliveryPayload,
  decodeDelivery,
  deliveryRecord
} from '../../src/delivery/delivery-record.ts'
import { finishedKeptMax } from '../../src/delivery/kept-deliveries.ts'

const time = '2026-03-01T12:00:00.000Z'
const planned = (sequence: number): DeliveryPayload => ({
  type: 'delivery.planned',
  data: {
    subscriptionId: 's',
    sequence,
    eventId: `e${sequence}`,
    previousId: sequence === 1 ? null : `e${sequence - 1}`,
    alertId: 'a',
    eventType: 'tocsin.alert.raised.v1',
    verdict: 'event',
    partition: 0,
    position: String(sequence)
  }
})
const result = {
  subscriptionId: 's',
  round: 0,
  attempt: 1,
  status: 200,
  durationMs: 1,
  excerpt: ''
}
const delivered = (sequence: number): DeliveryPayload => ({
  type: 'delivery.delivered',
  data: { ...result, sequence }
})
const parked = (sequence: number): DeliveryPayload => ({
  type: 'delivery.parked',
  data: { ...result, sequence, reason: 'exhausted', last: 'timeout' }
})

function fold(payloads: readonly DeliveryPayload[]) {
  const fold = new DeliveryFold()
  for (const [i, payload] of payloads.entries())
    fold.apply({ ...payload, id: String(i), time, cause: null })
  return fold.of('s')
}

describe('the fold of deliveries', () => {
  it('knows what is pending, in order, and where planning continues', () => {
    const s = fold([planned(1), planned(2), planned(3), delivered(1), parked(2)])
    expect({
      head: s.head?.sequence,
      pending: s.pendingCount,
      parked: s.parkedCount,
      last: s.lastSequence,
      id: s.lastEventId
    }).toEqual({
      head: 3,
      pending: 1,
      parked: 1,
      last: 3,
      id: 'e3'
    })
    expect(s.planned.plannedFrom([0n, 7n])).toEqual([4n, 7n])
    expect(s.alerts.standingOf('a')).toBe('shown')
  })
  it('counts a repeated plan or result once', () => {
    const s = fold([planned(1), planned(1), delivered(1), delivered(1), parked(1)])
    expect({ pending: s.pendingCount, parked: s.parkedCount, last: s.lastSequence }).toEqual({
      pending: 0,
      parked: 0,
      last: 1
    })
  })
  it('puts replayed deliveries before newer ones, in a new round', () => {
    const again: DeliveryPayload = {
      type: 'delivery.replayed',
      data: { subscriptionId: 's', replayId: 'r', sequences: [2, 1, 9], by: 'x' }
    }
    const s = fold([
      planned(1),
      planned(2),
      planned(3),
      delivered(1),
      parked(2),
      again,
      delivered(1)
    ])
    // The late result of the first round does not count in the second.
    expect(s.head).toMatchObject({ sequence: 1, round: 1, attempts: 0, state: 'pending' })
    expect({ pending: s.pendingCount, parked: s.parkedCount }).toEqual({ pending: 3, parked: 0 })
  })
  it('keeps a bounded number of finished deliveries, and evicts parked ones last', () => {
    const many = Array.from({ length: finishedKeptMax + 5 }, (_, i) => i + 1)
    const s = fold([...many.map(planned), parked(1), ...many.slice(1).map(delivered)])
    expect(s.newestFirst()).toHaveLength(finishedKeptMax)
    expect(s.get(1)?.state).toBe('parked')
    expect(s.get(2)).toBeUndefined()
  })
})

describe('plans of several planners', () => {
  /** A plan in a chain: its id, the previous one, and its event and partition. */
  const plan = (
    id: string,
    cause: string | null,
    sequence: number,
    partition = 0,
    position = sequence
  ) =>
    ({
      type: 'delivery.planned',
      id,
      time,
      cause,
      data: {
        ...(planned(sequence) as Extract<DeliveryPayload, { type: 'delivery.planned' }>).data,
        eventId: `event-${partition}-${position}`,
        partition,
        position: String(position)
      }
    }) as const
  const foldPlans = (plans: readonly ReturnType<typeof plan>[]) => {
    const fold = new DeliveryFold()
    for (const each of plans) fold.apply(each)
    return fold.of('s')
  }
  const sent = (s: ReturnType<typeof foldPlans>) =>
    s
      .newestFirst()
      .map(each => each.eventId)
      .reverse()

  it('count only if they continue the chain first; concurrent ones and their successors do not', () => {
    const s = foldPlans([
      plan('a1', null, 1, 0, 9),
      plan('b1', null, 1, 1, 4),
      plan('b2', 'b1', 2, 0, 9),
      plan('a2', 'a1', 2, 1, 4)
    ])
    expect(sent(s)).toEqual(['event-0-9', 'event-1-4'])
    expect(s.lastPlanId).toBe('a2')
  })
  it('do not count if they name another predecessor, even with the right sequence and event: nothing is sent twice', () => {
    const y = (id: string, cause: string) => plan(id, cause, 2, 1, 4)
    const s = foldPlans([
      plan('a1', null, 1, 0, 9),
      plan('b1', null, 1, 2, 7),
      y('a2', 'a1'),
      y('b2', 'b1'),
      plan('b3', 'b2', 3, 0, 9)
    ])
    expect(sent(s)).toEqual(['event-0-9', 'event-1-4'])
  })
  it('count once if the log holds them twice', () => {
    const [one, two] = [plan('a1', null, 1), plan('a2', 'a1', 2)]
    expect(foldPlans([one, one, two, one, two]).pendingCount).toBe(2)
  })
  it('continue after retention has removed the first ones', () => {
    expect(foldPlans([plan('a7', 'a6', 7), plan('a8', 'a7', 8)]).lastSequence).toBe(8)
  })
})

describe('results of several senders', () => {
  const attempted = (attempt: number): DeliveryPayload => ({
    type: 'delivery.attempted',
    data: {
      ...result,
      sequence: 1,
      attempt,
      status: 500,
      reason: 'server-error',
      afterMs: 1000,
      nextAt: time
    }
  })
  it('count once per attempt; a success counts whoever reports it', () => {
    expect(fold([planned(1), attempted(1), attempted(1)]).get(1)).toMatchObject({
      attempts: 1,
      state: 'pending'
    })
    expect(fold([planned(1), attempted(1), attempted(1)]).health.failures).toBe(1)
    expect(fold([planned(1), attempted(1), attempted(2)]).health.failures).toBe(2)
    expect(fold([planned(1), attempted(1), attempted(2), delivered(1)]).get(1)).toMatchObject({
      state: 'delivered'
    })
    expect(fold([planned(1), attempted(1), attempted(2), parked(1)]).get(1)).toMatchObject({
      state: 'pending',
      attempts: 2
    })
  })
  it('leave nothing pending when the receiver ends the subscription; a replay begins it again where it was', () => {
    const ended: DeliveryPayload = {
      type: 'delivery.ended',
      data: { ...result, sequence: 1, status: 410, reason: 'gone' }
    }
    const again: DeliveryPayload = {
      type: 'delivery.replayed',
      data: { subscriptionId: 's', replayId: 'r', sequences: [], by: 'x' }
    }
    const over = fold([planned(1), planned(2), planned(3), ended])
    expect({ pending: over.pendingCount, parked: over.parkedCount }).toEqual({
      pending: 0,
      parked: 3
    })
    const begun = fold([planned(1), planned(2), planned(3), ended, again])
    expect({ pending: begun.pendingCount, parked: begun.parkedCount }).toEqual({
      pending: 3,
      parked: 0
    })
    expect(begun.head).toMatchObject({ sequence: 1, state: 'pending', round: 0 })
  })
  it('do not end a restarted subscription if the same answer is read twice', () => {
    const ended: DeliveryPayload = {
      type: 'delivery.ended',
      data: { ...result, sequence: 1, status: 410, reason: 'gone' }
    }
    const again: DeliveryPayload = {
      type: 'delivery.replayed',
      data: { subscriptionId: 's', replayId: 'r', sequences: [], by: 'x' }
    }
    expect(fold([planned(1), ended]).isEnded).toBe(true)
    expect(fold([planned(1), ended, again, ended]).isEnded).toBe(false)
  })
  it('count a repeated replay once', () => {
    const again: DeliveryPayload = {
      type: 'delivery.replayed',
      data: { subscriptionId: 's', replayId: 'r', sequences: [1], by: 'x' }
    }
    const deliveredAgain: DeliveryPayload = {
      type: 'delivery.delivered',
      data: { ...result, sequence: 1, round: 1 }
    }
    const s = fold([planned(1), delivered(1), again, deliveredAgain, again])
    expect(s.get(1)).toMatchObject({ state: 'delivered', round: 1 })
  })
})

describe('records of the deliveries log', () => {
  it('survive encoding and decoding', () => {
    const { id, value } = deliveryRecord({ ...planned(1), id: 'id1', time, cause: null })
    expect(decodeDelivery(value)).toMatchObject({
      kind: 'decoded',
      record: { ...planned(1), id, time }
    })
  })
  it.each([
    ['{', 'not-json'],
    ['{}', 'not-an-envelope'],
    [envelope('tocsin.delivery.guessed.v1', { subscriptionId: 's' }), 'unknown-type'],
    [envelope('tocsin.delivery.planned.v1', { subscriptionId: 's' }), 'data-invalid'],
    [envelope('tocsin.delivery.replayed.v1', { subscriptionId: 's' }), 'data-invalid']
  ])('%s is undecodable: %s', (text, reason) =>
    expect(decodeDelivery(Buffer.from(text))).toEqual({ kind: 'undecodable', reason })
  )
  it('of a newer version are recognised', () => {
    expect(decodeDelivery(Buffer.from(envelope('tocsin.delivery.planned.v2', {})))).toMatchObject({
      kind: 'newer'
    })
  })
})

function envelope(type: string, data: object): string {
  return JSON.stringify({
    specversion: '1.0',
    id: 'x',
    source: '/x',
    type,
    time,
    datacontenttype: 'application/json',
    cause: null,
    engine: '0',
    data
  })
}
