import { describe, expect, it } from 'vitest'
import { DeliveryBook, finishedKeptMax } from '../src/delivery-book.ts'
import { type DeliveryPayload, decodeDelivery, deliveryRecord } from '../src/delivery-record.ts'

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
const result = { subscriptionId: 's', round: 0, attempt: 1, status: 200, durationMs: 1, excerpt: '' }
const delivered = (sequence: number): DeliveryPayload => ({ type: 'delivery.delivered', data: { ...result, sequence } })
const parked = (sequence: number): DeliveryPayload => ({
  type: 'delivery.parked',
  data: { ...result, sequence, reason: 'exhausted', last: 'timeout' }
})

function fold(payloads: readonly DeliveryPayload[]) {
  const book = new DeliveryBook()
  for (const [i, payload] of payloads.entries()) book.apply({ ...payload, id: String(i), time })
  return book.of('s')
}

describe('the book of deliveries', () => {
  it('knows what is pending, in order, and where planning goes on', () => {
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
    expect(s.plannedFrom([0n, 7n])).toEqual([4n, 7n])
    expect(s.standingOf('a')).toBe('shown')
  })
  it('takes a plan or a result that comes twice once', () => {
    const s = fold([planned(1), planned(1), delivered(1), delivered(1), parked(1)])
    expect({ pending: s.pendingCount, parked: s.parkedCount, last: s.lastSequence }).toEqual({ pending: 0, parked: 0, last: 1 })
  })
  it('puts replayed ones back in front of newer ones, in a round of their own', () => {
    const again: DeliveryPayload = {
      type: 'delivery.replayed',
      data: { subscriptionId: 's', replayId: 'r', sequences: [2, 1, 9], by: 'x' }
    }
    const s = fold([planned(1), planned(2), planned(3), delivered(1), parked(2), again, delivered(1)])
    // The late result of the first round says nothing of the second.
    expect(s.head).toMatchObject({ sequence: 1, round: 1, attempts: 0, state: 'pending' })
    expect({ pending: s.pendingCount, parked: s.parkedCount }).toEqual({ pending: 3, parked: 0 })
  })
  it('remembers a bounded number of finished ones, and forgets parked ones last', () => {
    const many = Array.from({ length: finishedKeptMax + 5 }, (_, i) => i + 1)
    const s = fold([...many.map(planned), parked(1), ...many.slice(1).map(delivered)])
    expect(s.newestFirst()).toHaveLength(finishedKeptMax)
    expect(s.get(1)?.state).toBe('parked')
    expect(s.get(2)).toBeUndefined()
  })
})

describe('records of the deliveries log', () => {
  it('come back as they were written', () => {
    const { id, value } = deliveryRecord('id1', time, null, planned(1))
    expect(decodeDelivery(value)).toMatchObject({ kind: 'decoded', record: { ...planned(1), id, time } })
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
  it('of a newer version are told apart', () => {
    expect(decodeDelivery(Buffer.from(envelope('tocsin.delivery.planned.v2', {})))).toMatchObject({ kind: 'newer' })
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
