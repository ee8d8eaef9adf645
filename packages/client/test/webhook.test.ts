import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { readWebhook, Sequences } from '../src/webhook.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
const now = new Date('2026-01-02T03:04:05Z')

function received(body: string, by = secret) {
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(now.getTime() / 1000),
    'webhook-signature': new Webhook(by).sign('msg_1', now, body)
  }
  return { headers, body: new TextEncoder().encode(body) }
}

describe('a webhook', () => {
  const body = JSON.stringify({
    specversion: '1.0',
    id: 'e1',
    sequence: 3,
    previousid: 'msg_0',
    data: {}
  })
  it('that the official library signed is read, also while the secret is rotated', () => {
    expect(readWebhook(received(body), [other, secret], now.getTime())).toMatchObject({
      ok: true,
      webhookId: 'msg_1',
      event: { id: 'e1', sequence: 3 }
    })
  })

  it('of somebody else, of another time, or without an event is refused', () => {
    expect(readWebhook(received(body, other), [secret], now.getTime())).toEqual({
      ok: false,
      reason: 'signature-mismatch'
    })
    expect(readWebhook(received(body), [secret], now.getTime() + 600_000)).toEqual({
      ok: false,
      reason: 'timestamp-too-old'
    })
    for (const text of ['[]', '{', '{"sequence":"3"}', 'null'])
      expect(readWebhook(received(text), [secret], now.getTime())).toEqual({
        ok: false,
        reason: 'not-an-event'
      })
  })
})

describe('sequences', () => {
  const event = (sequence: number, epoch = 'a', from = sequence) => ({
    epoch,
    sequence,
    ...(from < sequence ? { superseded: { from, to: sequence - 1 } } : {})
  })
  const beat = (sequence: number, epoch = 'a', pending = 0) => ({
    epoch,
    data: { sequence, pending, superseded: [] }
  })

  it('tell the new from repeats, and what is missing once nothing is pending', () => {
    const sequences = new Sequences()
    expect([1, 3, 3].map(each => sequences.take(event(each)))).toEqual(['new', 'new', 'repeat'])
    expect(sequences.missingAt(beat(3, 'a', 1))).toBeNull()
    expect(sequences.missingAt(beat(3))).toEqual({ from: 2, to: 3 })
    expect(sequences.take(event(9, 'a', 2))).toBe('new')
    expect([sequences.missingAt(beat(9)), sequences.saved.last]).toEqual([null, 9])
  })

  it('begin again in a new epoch, say so at the first event alone, and leave what is late of the old one aside', () => {
    const before = new Sequences()
    for (const each of [1, 2, 3, 5]) before.take(event(each))
    const sequences = new Sequences(before.saved)
    expect(sequences.missingAt(beat(0, 'b'))).toBeNull()
    expect(sequences.take(event(1, 'b'))).toBe('new-epoch')
    expect(sequences.take(event(2, 'b'))).toBe('new')
    expect(sequences.take(event(4))).toBe('past-epoch')
    expect(sequences.missingAt(beat(9))).toBeNull()
    expect(sequences.missingAt(beat(3, 'b'))).toEqual({ from: 3, to: 3 })
    expect(sequences.saved).toEqual({ epoch: 'b', last: 2, later: [], past: ['a'] })
  })

  it('that were saved before there were epochs go on in the first that comes', () => {
    const sequences = new Sequences({ last: 5 })
    expect(['a', 'a'].map(each => sequences.take(event(6, each)))).toEqual(['new', 'repeat'])
    expect(sequences.take({ sequence: 7 })).toBe('new')
  })
})
