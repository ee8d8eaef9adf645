// The text of a large value in pieces says what the text made at once does.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonPieces, type Writing } from '../../src/theatre/json-pieces.ts'

const plain: Writing = { isAtom: () => false, packed: value => value }

const leaf = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constant(null),
  fc.constant(undefined)
)
const small = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 3 }),
  fc.dictionary(fc.string(), leaf, { maxKeys: 3 })
)
/** A list, or an object, of the same small value many times. */
const wide = fc
  .record({ one: small, count: fc.integer({ min: 0, max: 3000 }), isList: fc.boolean() })
  .map(({ one, count, isList }) => {
    const list = Array.from({ length: count }, () => one)
    return isList ? list : Object.fromEntries(list.entries())
  })
const part = fc.oneof(small, wide)
const values = fc.oneof(
  part,
  fc.array(part, { maxLength: 4 }),
  fc.dictionary(fc.string(), part, { maxKeys: 4 })
)

describe('the pieces of a JSON text', () => {
  it('joined are the text', () => {
    fc.assert(
      fc.property(values, value => {
        const pieces = [...jsonPieces(value, plain)]
        expect(JSON.parse(pieces.join(''))).toEqual(JSON.parse(JSON.stringify(value) ?? 'null'))
      }),
      {
        numRuns: 50,
        examples: [[Array.from({ length: 30_000 }, (_, i) => ({ i, gap: undefined }))]]
      }
    )
  })

  it('are small, however large the value is, and are made of small parts', () => {
    const value = {
      lists: Array.from({ length: 300 }, (_, i) =>
        Array.from({ length: 300 }, (_, j) => ({ i, j }))
      )
    }
    let largest = 0
    const packed = (part: unknown) => {
      largest = Math.max(largest, JSON.stringify(part).length)
      return part
    }
    const pieces = [...jsonPieces(value, { isAtom: () => false, packed })]
    expect(pieces.length).toBeGreaterThan(20)
    expect(largest).toBeLessThan(40_000)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(80_000)
  })

  it('do not take apart what is written as one', () => {
    const big = { atom: true, items: Array.from({ length: 3000 }, (_, i) => i) }
    const writing: Writing = {
      isAtom: value => 'atom' in value,
      packed: value =>
        typeof value === 'object' && value !== null && 'atom' in value ? { '@': 1 } : value
    }
    const text = [
      ...jsonPieces({ list: [...Array.from({ length: 3000 }, () => 0), big] }, writing)
    ].join('')
    expect((JSON.parse(text) as { list: unknown[] }).list.at(-1)).toEqual({ '@': 1 })
  })
})
