import { type Topic, topics } from '@tocsin/event-log/topics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CursorContent, openCursor, sealCursor } from '../../src/projection/sealed-cursor.ts'

const key = Buffer.alloc(32, 1)
const cursor = (positions: readonly bigint[], topic: Topic = topics.alerts, epoch = 'e1') => ({
  topic,
  epoch,
  positions
})
const content = fc.record(
  {
    cursors: fc.array(
      fc.record({
        topic: fc.constantFrom(...Object.values(topics)),
        epoch: fc.oneof(
          fc.string(),
          fc.constantFrom('9f86d081884c7d65', '9f86', 'ABCD'),
          fc.uuid()
        ),
        positions: fc.array(
          fc.bigInt({ min: 0n, max: 2n ** 63n }).chain(most => fc.bigInt({ min: 0n, max: most })),
          { maxLength: 12 }
        )
      }),
      { maxLength: 4 }
    ),
    extra: fc.constantFrom({ queue: 3, at: 'é' }, 'x', [1, 'é'], null)
  },
  { requiredKeys: ['cursors'], noNullPrototype: true }
)

describe('sealed cursors', () => {
  it('open to the sealed content', () => {
    fc.assert(
      fc.property(
        content,
        p =>
          void expect(openCursor(key, sealCursor(key, p as CursorContent))).toEqual({
            ok: true,
            content: p
          })
      )
    )
  })

  it('are refused after any change of one character, and under another key', () => {
    const sealed = sealCursor(key, { cursors: [cursor([12n, 40n])] })
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (let i = 0; i < sealed.length; i++) {
      for (const other of alphabet) {
        if (other === sealed[i]) continue
        expect(openCursor(key, sealed.slice(0, i) + other + sealed.slice(i + 1))).toMatchObject({
          ok: false
        })
      }
    }
    expect(openCursor(Buffer.alloc(32, 2), sealed)).toEqual({ ok: false, reason: 'forged' })
  })

  it('never throw, whatever a client sends', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.uint8Array().map(bytes => Buffer.from(bytes).toString('base64url'))
        ),
        text => void expect(openCursor(key, text).ok).toBe(false)
      )
    )
  })

  it('do not reveal how far apart two positions are, not even by their length', () => {
    const sealed = [1n, 2n, 9n, 10n, 99n].map(n => sealCursor(key, { cursors: [cursor([n])] }))
    expect(new Set(sealed.map(text => text.length)).size).toBe(1)
    for (const epoch of ['e', '9f86d081', '9f86d081884c7d65']) {
      const lengths = Array.from({ length: 8 }, (_, digits) => {
        const positions = Array.from({ length: 12 }, () => 10n ** BigInt(digits))
        return sealCursor(key, { cursors: [cursor(positions, topics.alerts, epoch)] }).length
      })
      expect(new Set(lengths).size).toBe(1)
    }
    expect(sealed.some(text => Buffer.from(text, 'base64url').includes('alerts'))).toBe(false)
    // No block of one occurs in the other: the key stream depends on the content.
    const [first, second] = sealed.map(text => Buffer.from(text, 'base64url').subarray(17))
    const equal = [...first!].filter((byte, i) => byte === second![i]).length
    expect(equal).toBeLessThan(first!.length / 2)
  })
})
