import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { placeOfSequence, readWebhook } from '../src/webhook.ts'

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

  it('is the next, a repeat, or shows that others are missing', () => {
    expect(placeOfSequence({ sequence: 3 }, 2)).toBe('next')
    expect(placeOfSequence({ sequence: 2 }, 2)).toBe('repeat')
    expect(placeOfSequence({ sequence: 4 }, 2)).toBe('missing')
    expect(placeOfSequence({ sequence: 9, superseded: { from: 3, to: 8 } }, 2)).toBe('next')
    expect(placeOfSequence({ sequence: 9, superseded: { from: 4, to: 8 } }, 2)).toBe('missing')
  })
})
