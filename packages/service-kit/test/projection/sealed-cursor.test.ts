import { type Topic, topics } from '@tocsin/event-log/topics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CursorContent,
  openCursor,
  sealCursor,
  sealedCursorLengthMax
} from '../../src/projection/sealed-cursor.ts'

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

  it('are equal for equal positions, and differ for others', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        const same = fc.stringify(a) === fc.stringify(b)
        expect(sealCursor(key, a as CursorContent) === sealCursor(key, b as CursorContent)).toBe(
          same
        )
        expect(sealCursor(Buffer.from(key), structuredClone(a) as CursorContent)).toBe(
          sealCursor(key, a as CursorContent)
        )
      })
    )
  })

  it('do not depend on the member order of extra state', () => {
    const seal = (extra: unknown) => sealCursor(key, { cursors: [], extra })
    expect(seal({ a: 1, b: [{ d: 2, c: 3 }] })).toBe(seal({ b: [{ c: 3, d: 2 }], a: 1 }))
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

  it('give the reason of a refusal', () => {
    const sealed = Buffer.from(sealCursor(key, { cursors: [cursor([1n])] }), 'base64url')
    const later = Buffer.from(sealed)
    later[0] = 4
    expect(openCursor(key, later.toString('base64url'))).toEqual({ ok: false, reason: 'version' })
    for (const text of [
      '',
      ' ',
      '*',
      'AQ',
      'a'.repeat(sealedCursorLengthMax + 1),
      sealed.toString('base64'),
      sealed.subarray(0, 16).toString('base64url')
    ]) {
      expect(openCursor(key, text)).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/malformed|version/)
      })
    }
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

  it('stay short, of the same length up to 16.7 million records in a partition', () => {
    const uuid = '1b4e28ba-2fa1-11d2-883f-0016d3cca427'
    const lengthOf = (partitions: number, epoch: string, most: bigint) =>
      sealCursor(key, {
        cursors: [
          cursor(
            Array.from({ length: partitions }, (_, i) => (i === 0 ? most : 0n)),
            topics.alerts,
            epoch
          )
        ]
      }).length
    for (const most of [0n, 123_456n, 2n ** 24n - 1n])
      expect(
        [1, 3, 12].map(n => ['9f86d081', uuid].map(epoch => lengthOf(n, epoch, most)))
      ).toEqual([
        [31, 47],
        [39, 55],
        [75, 91]
      ])
    expect(lengthOf(12, uuid, 2n ** 24n)).toBe(130)
  })

  it('made before there was a short form still open', () => {
    const old = 'Av0OnF4c3kppocVd-XMgKBvU8FpuNJdH7dliYIL2cTMc8-rFHGTofBn02nnDG5BRvw'
    expect(openCursor(key, old)).toEqual({
      ok: true,
      content: { cursors: [cursor([12n, 40n], topics.alerts, '9f86d081884c7d65')] }
    })
  })

  it('made before there was a compact form still open', () => {
    const old =
      'AW-cRG9qsb2ggRRKfySZ4XL4PM24io5u6VJE_6nvq1ujPnAaZDR3mgCS6cUk0TwGqlmNT_P-MQgADfsrbmH5ckWuqFAqhV3tkoyVE-3Fh_lh'
    expect(openCursor(key, old)).toEqual({
      ok: true,
      content: { cursors: [cursor([12n, 40n], topics.alerts, '9f86d081884c7d65')] }
    })
  })
})
