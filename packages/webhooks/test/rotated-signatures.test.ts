// What a receiver meets over time: retries, rotations with several signatures in one header, bodies
// that must not be serialised again. The library of Standard Webhooks beside ours.

import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { signWebhook } from '../src/signature.ts'
import {
  ed25519KeyFrom,
  formatSecret,
  parseSigningKey,
  parseVerifyingKey,
  publicKeyTextOf,
  type SigningKey,
  WebhookKeyError
} from '../src/signing-keys.ts'
import { verifyWebhook } from '../src/verification.ts'

const secretOf = (byte: number) => formatSecret(Buffer.alloc(32, byte))
const [current, earlier, foreign] = [secretOf(1), secretOf(2), secretOf(3)] as const
const own = ed25519KeyFrom(Buffer.alloc(32, 4))
const ownBefore = ed25519KeyFrom(Buffer.alloc(32, 5))
const nowS = 1_800_000_000
const body = Buffer.from('{"test": 2432232314}')

const rotated: readonly SigningKey[] = [
  parseSigningKey(current),
  parseSigningKey(earlier),
  own,
  ownBefore
]
const signed = (keys: readonly SigningKey[], timestampS = nowS, bytes: Uint8Array = body) => ({
  ...signWebhook({ id: 'msg_1', timestampS, body: bytes }, keys)
})
const verify = (
  headers: Readonly<Record<string, string>>,
  key: string,
  bytes: Uint8Array = body,
  atS = nowS
) => verifyWebhook({ headers, body: bytes }, [parseVerifyingKey(key)], atS)

describe('a key', () => {
  it.each(['', 'whsec_', 'whpk_'])('that is empty (%j) verifies nothing: it throws', text => {
    expect(() => parseVerifyingKey(text)).toThrow(WebhookKeyError)
  })
  it('verifies with and without its prefix', () => {
    const headers = signed([parseSigningKey(current)])
    expect([
      verify(headers, current).ok,
      verify(headers, current.slice('whsec_'.length)).ok
    ]).toEqual([true, true])
  })
})

describe('a header that is there but empty', () => {
  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('is missing: %s', name => {
    expect(verify({ ...signed(rotated), [name]: '' }, current)).toEqual({
      ok: false,
      reason: 'header-missing'
    })
  })
})

describe('a retry', () => {
  it('has the same id and body, and a time and signature of its own', () => {
    const [first, second] = [signed(rotated), signed(rotated, nowS + 5)] as const
    expect(second['webhook-id']).toBe(first['webhook-id'])
    expect(second['webhook-signature']).not.toBe(first['webhook-signature'])
    expect([verify(first, current).ok, verify(second, current).ok]).toEqual([true, true])
  })
  it('is not verified by the signature of an earlier attempt', () => {
    const late = { ...signed(rotated), 'webhook-timestamp': String(nowS + 5) }
    expect(verify(late, current)).toEqual({ ok: false, reason: 'signature-mismatch' })
  })
})

describe('a body', () => {
  const texts = [
    '{"z":1,"a":2}',
    '{"n":1.0}',
    '{"a":"\\u00e9"}',
    '{"a":"é"}',
    '{ "a" : 1 }',
    '{"a":1,"a":2}',
    '{"a":1}\n'
  ]
  it.each(texts)('is verified as it came, and not after it was serialised again: %j', text => {
    const headers = signed(rotated, nowS, Buffer.from(text))
    expect(verify(headers, current, Buffer.from(text)).ok).toBe(true)
    const again = JSON.stringify({ ...JSON.parse(text), added: undefined })
    const reordered = text.startsWith('{"z"') ? '{"a":2,"z":1}' : again
    if (reordered !== text) expect(verify(headers, current, Buffer.from(reordered)).ok).toBe(false)
  })
  it('may be any bytes, also such that are not UTF-8', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0, 0x80])
    expect(verify(signed(rotated, nowS, bytes), current, bytes).ok).toBe(true)
    expect(
      verify(signed(rotated, nowS, bytes), current, Buffer.from(bytes.toString('utf8'))).ok
    ).toBe(false)
  })
})

describe('during a rotation', () => {
  const keys = [current, earlier, publicKeyTextOf(own), publicKeyTextOf(ownBefore)]

  it('the current secret signs first, then the earlier one, then the published keys', () => {
    const [first, second, ...published] = signed(rotated)['webhook-signature'].split(' ')
    expect(first).toBe(signed(rotated.slice(0, 1))['webhook-signature'])
    expect(second).toBe(signed(rotated.slice(1, 2))['webhook-signature'])
    expect(published.map(each => each.slice(0, 4))).toEqual(['v1a,', 'v1a,'])
  })
  it('each key alone verifies, whatever the order of the signatures', () => {
    const signatures = signed(rotated)['webhook-signature'].split(' ')
    fc.assert(
      fc.property(fc.shuffledSubarray(signatures, { minLength: signatures.length }), order => {
        const headers = { ...signed(rotated), 'webhook-signature': order.join(' ') }
        expect(keys.map(key => verify(headers, key).ok)).toEqual([true, true, true, true])
        expect(verify(headers, foreign).ok).toBe(false)
      })
    )
  })
  it('and after it, the earlier secret no longer verifies', () => {
    const headers = signed([parseSigningKey(current), own])
    expect(keys.map(key => verify(headers, key).ok)).toEqual([true, false, true, false])
  })
  it.each(['v1', 'v1,', 'v1a', 'v1a,', 'v1,%%%', ',', 'v9,AAAA'])(
    'a broken signature (%j) beside them changes nothing',
    part => {
      const signatures = signed(rotated)['webhook-signature']
      for (const text of [`${part} ${signatures}`, `${signatures} ${part}`])
        expect(
          keys.every(key => verify({ ...signed(rotated), 'webhook-signature': text }, key).ok)
        ).toBe(true)
      expect(
        keys.some(key => verify({ ...signed(rotated), 'webhook-signature': part }, key).ok)
      ).toBe(false)
    }
  )
  it('signatures of one kind are never taken for the other', () => {
    const swapped = signed(rotated)['webhook-signature'].replaceAll(/v1a?,/g, kind =>
      kind === 'v1,' ? 'v1a,' : 'v1,'
    )
    expect(
      keys.some(key => verify({ ...signed(rotated), 'webhook-signature': swapped }, key).ok)
    ).toBe(false)
  })
})

describe('the standardwebhooks library', () => {
  const atNow = () => Math.floor(Date.now() / 1_000)
  const isVerified = (secret: string, headers: Record<string, string>) => {
    try {
      new Webhook(secret).verify(body.toString(), headers)
      return true
    } catch {
      return false
    }
  }

  it('verifies with either secret during a rotation, v1a beside them, and with no other', () => {
    const headers = signed(rotated, atNow())
    expect([current, earlier, foreign].map(secret => isVerified(secret, headers))).toEqual([
      true,
      true,
      false
    ])
  })
  it('takes a time with something behind it, which ours refuses', () => {
    const timestampS = atNow()
    const headers = { ...signed(rotated, timestampS), 'webhook-timestamp': `${timestampS}abc` }
    expect(isVerified(current, headers)).toBe(true)
    expect(verify(headers, current, body, timestampS)).toEqual({
      ok: false,
      reason: 'timestamp-malformed'
    })
  })
})
