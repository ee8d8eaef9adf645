// Published vectors, and the reference library: each verifies what the other signs.

import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { signWebhook } from '../src/signature.ts'
import {
  formatPublicKey,
  formatSecret,
  parseSigningKey,
  parseVerifyingKey,
  WebhookKeyError
} from '../src/signing-keys.ts'
import {
  type ReceivedWebhook,
  signaturesMax,
  toleranceDefaultS,
  verifyWebhook
} from '../src/verification.ts'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

const vector = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampS: 1_614_265_330,
  body: Buffer.from('{"test": 2432232314}'),
  v1: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  ed25519:
    'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
  ed25519Public: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
  v1a: 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=='
}
const message = { id: vector.id, timestampS: vector.timestampS, body: vector.body }
const secretOf = (byte: number) => formatSecret(Buffer.alloc(32, byte))

describe('signing', () => {
  it('produces the published HMAC signature', () => {
    expect(signWebhook(message, [parseSigningKey(vector.secret)])).toEqual({
      'webhook-id': vector.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': vector.v1
    })
  })
  it('produces the published ed25519 signature, from seed and public key or from the seed alone', () => {
    expect(signWebhook(message, [parseSigningKey(vector.ed25519)])['webhook-signature']).toBe(
      vector.v1a
    )
    const seed = Buffer.from(vector.ed25519.slice(5), 'base64').subarray(0, 32)
    const fromSeed = parseSigningKey(`whsk_${seed.toString('base64')}`)
    expect(signWebhook(message, [fromSeed])['webhook-signature']).toBe(vector.v1a)
    expect(formatPublicKey(fromSeed)).toBe(vector.ed25519Public)
  })
  it.each(['a b', 'a.b', 'ü', '', 'a\r\nb', 'x'.repeat(201)])('refuses the id %j', id => {
    expect(() => signWebhook({ ...message, id }, [parseSigningKey(vector.secret)])).toThrow(
      TypeError
    )
  })
  it('refuses to sign without a key, and times that are not whole seconds', () => {
    expect(() => signWebhook(message, [])).toThrow(TypeError)
    for (const timestampS of [0, -1, 1.5, Number.NaN]) {
      expect(() =>
        signWebhook({ ...message, timestampS }, [parseSigningKey(vector.secret)])
      ).toThrow(TypeError)
    }
  })
})

describe('keys', () => {
  it.each([
    '',
    'whsec_',
    'whsec_!!!!',
    'whsec_c2hvcnQ=',
    'whsk_',
    'whsk_AAAA',
    `whsec_${Buffer.alloc(65).toString('base64')}`
  ])('refuses %j as a signing key, without quoting it', text => {
    expect(() => parseSigningKey(text)).toThrow(WebhookKeyError)
    if (text.length > 6) {
      try {
        parseSigningKey(text)
      } catch (error) {
        expect(String(error)).not.toContain(text.slice(6))
      }
    }
  })
  it('does not confuse secret and public keys', () => {
    expect(() => parseSigningKey(vector.ed25519Public)).toThrow(WebhookKeyError)
    expect(() => parseVerifyingKey(vector.ed25519)).toThrow(WebhookKeyError)
    expect(() => formatPublicKey(parseSigningKey(vector.secret))).toThrow(WebhookKeyError)
  })
  it('refuses a signing key whose halves do not match', () => {
    const bytes = Buffer.from(vector.ed25519.slice(5), 'base64')
    bytes[63] = (bytes[63] ?? 0) ^ 1
    expect(() => parseSigningKey(`whsk_${bytes.toString('base64')}`)).toThrow(/halves/)
  })
})

const received = (
  signature: string,
  overrides: Partial<Record<string, string>> = {}
): ReceivedWebhook => ({
  headers: {
    'Webhook-Id': vector.id,
    'webhook-timestamp': String(vector.timestampS),
    'webhook-signature': signature,
    ...overrides
  },
  body: vector.body
})
const verifying = [parseVerifyingKey(vector.secret)]

describe('verifying', () => {
  it('accepts times within five minutes both ways, to the second', () => {
    const at = (nowS: number) => verifyWebhook(received(vector.v1), verifying, nowS)
    expect(at(vector.timestampS + toleranceDefaultS).ok).toBe(true)
    expect(at(vector.timestampS - toleranceDefaultS).ok).toBe(true)
    expect(at(vector.timestampS + toleranceDefaultS + 1)).toEqual({
      ok: false,
      reason: 'timestamp-too-old'
    })
    expect(at(vector.timestampS - toleranceDefaultS - 1)).toEqual({
      ok: false,
      reason: 'timestamp-too-new'
    })
  })
  it.each([
    'hello',
    '1614265330abc',
    '1614265330 ',
    '+1614265330',
    '1614265330.0',
    '0x60377972',
    '1e9',
    '-1614265330'
  ])('refuses the time %j as malformed', timestamp => {
    const outcome = verifyWebhook(
      received(vector.v1, { 'webhook-timestamp': timestamp }),
      verifying,
      vector.timestampS
    )
    expect(outcome).toEqual({ ok: false, reason: 'timestamp-malformed' })
  })
  it.each(['Webhook-Id', 'webhook-timestamp', 'webhook-signature'])(
    'refuses a message without %s',
    name => {
      const { [name]: _, ...headers } = received(vector.v1).headers
      expect(verifyWebhook({ headers, body: vector.body }, verifying, vector.timestampS)).toEqual({
        ok: false,
        reason: 'header-missing'
      })
    }
  )
  it.each([
    'v1,',
    'v1',
    ',',
    vector.v1.slice(0, 20),
    vector.v1.replace('v1,', 'v2,'),
    vector.v1.replace('v1,', 'v1a,'),
    vector.v1a
  ])('refuses the signature %j', signature => {
    const outcome = verifyWebhook(received(signature), verifying, vector.timestampS)
    expect(outcome).toEqual({ ok: false, reason: 'signature-mismatch' })
  })
  it('finds the valid signature among others, but not behind more than it checks', () => {
    const wrong = signWebhook(message, [parseSigningKey(secretOf(1))])['webhook-signature']
    expect(verifyWebhook(received(`${wrong} ${vector.v1}`), verifying, vector.timestampS).ok).toBe(
      true
    )
    const many = `${`${wrong} `.repeat(signaturesMax)}${vector.v1}`
    expect(verifyWebhook(received(many), verifying, vector.timestampS).ok).toBe(false)
  })
  it('accepts old and new secret during a rotation', () => {
    const signature = signWebhook(message, [secretOf(2), secretOf(1)].map(parseSigningKey))[
      'webhook-signature'
    ]
    for (const secret of [secretOf(1), secretOf(2)]) {
      expect(
        verifyWebhook(received(signature), [parseVerifyingKey(secret)], vector.timestampS).ok
      ).toBe(true)
    }
    expect(
      verifyWebhook(received(signature), [parseVerifyingKey(secretOf(3))], vector.timestampS).ok
    ).toBe(false)
  })
  it('refuses the message after any one bit of id, time or body is changed', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        (body, at, bit) => {
          const headers = { ...signWebhook({ ...message, body }, [parseSigningKey(vector.secret)]) }
          const changed = Uint8Array.from(body)
          changed[at % body.length] = (changed[at % body.length] ?? 0) ^ (1 << bit)
          expect(verifyWebhook({ headers, body }, verifying, vector.timestampS).ok).toBe(true)
          expect(verifyWebhook({ headers, body: changed }, verifying, vector.timestampS).ok).toBe(
            false
          )
          const later = { ...headers, 'webhook-timestamp': String(vector.timestampS + 1) }
          expect(verifyWebhook({ headers: later, body }, verifying, vector.timestampS).ok).toBe(
            false
          )
          expect(
            verifyWebhook(
              { headers: { ...headers, 'webhook-id': 'msg_other' }, body },
              verifying,
              vector.timestampS
            ).ok
          ).toBe(false)
        }
      )
    )
  })
})

describe('compared with the standardwebhooks library', () => {
  const text = fc.string({ unit: anyCharacter, maxLength: 300 })
  const secret = fc.uint8Array({ minLength: 24, maxLength: 64 }).map(formatSecret)
  it('verifies what the library signs, and is verified by it', () => {
    fc.assert(
      fc.property(secret, text, (key, body) => {
        const nowS = Math.floor(Date.now() / 1000)
        const library = new Webhook(key)
        const bytes = Buffer.from(body)
        const ours = signWebhook({ id: 'msg_1', timestampS: nowS, body: bytes }, [
          parseSigningKey(key)
        ])
        expect(() => library.verify(body, { ...ours }, { jsonParse: false })).not.toThrow()
        const theirs = library.sign('msg_1', new Date(nowS * 1000), body)
        expect(theirs).toBe(ours['webhook-signature'])
      }),
      { numRuns: 50 }
    )
  })
})
