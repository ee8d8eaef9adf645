import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSecret, sealSecret } from '../../src/webhook/signing-keys.ts'
import { countingRandom } from '../support/notifier-harness.ts'

const key = Buffer.alloc(32, 1)

describe('the secret of a subscription', () => {
  it('is decrypted only with its key and for its subscription', () => {
    const sealed = sealSecret(key, 'sub_1', 'whsec_x', countingRandom())
    expect(openSecret(key, 'sub_1', sealed)).toBe('whsec_x')
    expect(openSecret(key, 'sub_2', sealed)).toBeNull()
    expect(openSecret(Buffer.alloc(32, 2), 'sub_1', sealed)).toBeNull()
    expect(sealed).not.toContain('whsec')
  })
  it('is not decrypted after any change, nor is anything else', () => {
    const sealed = Buffer.from(sealSecret(key, 'sub_1', 'whsec_x', countingRandom()), 'base64url')
    fc.assert(
      fc.property(
        fc.nat({ max: sealed.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const changed = Buffer.from(sealed)
          changed[at] = (changed[at] ?? 0) ^ flip
          expect(openSecret(key, 'sub_1', changed.toString('base64url'))).toBeNull()
        }
      )
    )
    fc.assert(fc.property(fc.string(), text => openSecret(key, 'sub_1', text) === null))
  })
})
