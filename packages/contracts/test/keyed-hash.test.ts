// The keyed hash of a text: the HMAC that node:crypto gives, whatever the key and the text.

import { createHmac, createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyedHash } from '../src/json/keyed-hash.ts'

const hmac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest('hex')

describe('a keyed hash', () => {
  it('is the HMAC of the text', () => {
    // Keys beyond a block of 64 bytes are hashed first; a text may hold lone surrogates.
    const keys = fc.uint8Array({ minLength: 1, maxLength: 200 })
    const unit = fc.constantFrom('a', '"', '\n', 'é', '€', '\u{1f642}', '\ud800', '\udc00')
    const texts = fc.array(fc.string({ unit, maxLength: 200 }), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(keys, texts, (key, several) => {
        const keyed = new KeyedHash(createSecretKey(key))
        expect(several.map(text => keyed.hashHex(text))).toEqual(
          several.map(text => hmac(key, text))
        )
      }),
      { numRuns: 100 }
    )
  })

  it('is the HMAC of texts of any length', () => {
    const key = Buffer.from('secret of this test')
    const keyed = new KeyedHash(createSecretKey(key))
    for (const length of [0, 1, 5461, 5462, 16_384, 50_000])
      for (const unit of ['a', 'é', '€'])
        expect(keyed.hashHex(unit.repeat(length))).toBe(hmac(key, unit.repeat(length)))
  })
})
