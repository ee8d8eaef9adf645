// The canonical text of a value: the same as that of the library, and of the examples of RFC 8785.

import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCanonicalJson } from '../src/json/canonical-json.ts'

describe('canonical JSON', () => {
  it('is what the library writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }), value => {
        expect(toCanonicalJson(value)).toBe(canonicalize(value))
      }),
      { numRuns: 500 }
    )
  })

  it('sorts keys by UTF-16 code units, also those that look like numbers', () => {
    // Source: RFC 8785, 3.2.3.
    const object = {
      '\u20ac': 'Euro',
      '\r': 'CR',
      '\ufb33': 'Dalet',
      '1': 'One',
      '\ud83d\ude00': 'Smiley',
      '\u0080': 'Control',
      '\u00f6': 'o'
    }
    const order = ['CR', 'One', 'Control', 'o', 'Euro', 'Smiley', 'Dalet']
    expect([...toCanonicalJson(object).matchAll(/:"(\w+)"/g)].map(match => match[1])).toEqual(order)
    expect(toCanonicalJson({ 9: 1, 10: 2, a: { 2: 1, 11: 2 } })).toBe(
      '{"10":2,"9":1,"a":{"11":2,"2":1}}'
    )
  })

  it('writes numbers and texts as the RFC does', () => {
    // Source: RFC 8785, 3.2.2 and appendix B.
    const numbers = [1e30, 4.5, 2e-3, 1e-27, -0, 5e-324, 9007199254740992, 1e21]
    expect(toCanonicalJson(numbers)).toBe('[1e+30,4.5,0.002,1e-27,0,5e-324,9007199254740992,1e+21]')
    expect(toCanonicalJson('\u20ac$\u000f\nA\'B"\\\\"/')).toBe(
      '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'
    )
  })

  it('leaves out what is undefined in an object', () => {
    expect(toCanonicalJson({ a: undefined, b: 1, c: undefined })).toBe('{"b":1}')
  })

  it.each([
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '\ud800',
    { a: '\udc00' },
    { '\ud800': 1 },
    [undefined],
    1n,
    new Date(0),
    new Map(),
    () => 1
  ])('refuses %o', value => {
    expect(() => toCanonicalJson(value)).toThrow(TypeError)
  })
})
