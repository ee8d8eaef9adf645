import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultJsonLimits, parseStrictJson } from '../src/json/strict-json.ts'

const bytes = (text: string) => Buffer.from(text)
const read = (text: string) => parseStrictJson(bytes(text))
const plain = (text: string): { value: unknown } | null => {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return null
  }
}

describe('strict JSON', () => {
  it('reads what any parser reads, to the same value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), text => {
        const result = read(text)
        // fast-check's JSON may contain duplicate keys and lone surrogates, which are refused here
        // and tested by name below.
        if (result.ok) expect(result.value).toEqual(JSON.parse(text))
        else expect(['forbidden-key', 'lone-surrogate']).toContain(result.reason)
      }),
      { numRuns: 2000 }
    )
  })

  it('refuses whatever JSON.parse refuses, and finds where', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'true',
      'nul',
      'null',
      ' ',
      '\n',
      '"',
      '\\',
      '\\u12',
      '\u0001',
      '\u00a0',
      'é'
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 14 }), parts => {
        const text = parts.join('')
        const result = read(text)
        // JSON.parse takes the last of duplicate members, and turns 1e311 into Infinity. Here both
        // are faults, and the first one is reported.
        const ours = ['duplicate-key', 'number-too-large']
        if (plain(text) !== null)
          expect(result.ok ? null : result.reason).toBeOneOf([null, ...ours])
        else if (text === '') expect(result).toMatchObject({ ok: false, reason: 'empty' })
        else expect(result.ok ? null : result.reason).toBeOneOf(['malformed', ...ours])
      }),
      { numRuns: 2000 }
    )
  })

  it.each([
    ['nothing', '', 'empty', null, ''],
    ['a byte order mark', '\ufeff{}', 'malformed', 0, ''],
    ['an open object', '{', 'malformed', 1, ''],
    ['an open text', '{"a":"b', 'malformed', 5, ''],
    ['a trailing comma', '[1,]', 'malformed', 3, ''],
    ['two values', '{} {}', 'malformed', 3, ''],
    ['a leading zero', '{"a":01}', 'malformed', 6, ''],
    ['a comment', '{/* */}', 'malformed', 1, ''],
    ['single quotes', "{'a':1}", 'malformed', 1, ''],
    ['NaN', '{"a":NaN}', 'malformed', 5, ''],
    ['a raw control character', '["a\nb"]', 'malformed', 1, ''],
    ['a bad escape behind a long character', '["é", "\\x"]', 'malformed', 7, ''],
    ['a number beyond a double', '{"n":[1,1e999]}', 'number-too-large', 8, '/n/1'],
    ['half a character', '{"t":"\\ud800"}', 'lone-surrogate', 5, '/t'],
    ['half a character in a key', '{"a":{"\\udc00":1}}', 'lone-surrogate', 6, '/a'],
    ['a key twice', '{"a":1,"b":{"c":1,"c":1}}', 'duplicate-key', 18, '/b/c'],
    ['__proto__', '{"a":{"__proto__":{}}}', 'forbidden-key', 6, '/a/__proto__'],
    ['__proto__ in escapes', '{"\\u005f_proto__":1}', 'forbidden-key', 1, '/__proto__'],
    [
      'constructor.prototype',
      '{"constructor":{"prototype":{}}}',
      'forbidden-key',
      15,
      '/constructor'
    ]
  ])('refuses %s and says where', (_name, text, reason, offset, at) => {
    expect(read(text)).toEqual({ ok: false, reason, offset, at })
  })

  it.each([
    '{"constructor":"builder"}',
    '{"prototype":1}',
    '{"constructor":null}',
    '"\\ud83d\\ude00"',
    ' [ ] ',
    '-0',
    '1e308',
    '{"":{"":0}}'
  ])('reads %s', text => {
    expect(read(text)).toEqual({ ok: true, value: JSON.parse(text) })
  })

  it('refuses bytes that are not UTF-8, in a text or out of it', () => {
    for (const bad of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc3, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x22, 0xc0, 0xaf, 0x22],
      [0xff]
    ]) {
      expect(parseStrictJson(Uint8Array.from(bad))).toMatchObject({ ok: false, reason: 'not-utf8' })
    }
  })

  it('refuses nesting and numbers of values over the limit before anything is built, and takes what is at the limit', () => {
    const nested = (depth: number) => bytes('['.repeat(depth) + ']'.repeat(depth))
    expect(parseStrictJson(nested(32))).toMatchObject({ ok: true })
    expect(parseStrictJson(nested(33))).toMatchObject({ ok: false, reason: 'too-deep', offset: 32 })
    expect(parseStrictJson(nested(1_000_000))).toMatchObject({ ok: false, reason: 'too-deep' })
    expect(parseStrictJson(bytes('['.repeat(1_000_000)))).toMatchObject({
      ok: false,
      reason: 'too-deep'
    })
    const many = (values: number) => bytes(`[${Array(values).fill('0').join(',')}]`)
    const limits = { ...defaultJsonLimits, valuesMax: 100 }
    expect(parseStrictJson(many(99), limits)).toMatchObject({ ok: true })
    expect(parseStrictJson(many(100), limits)).toMatchObject({
      ok: false,
      reason: 'too-many-values'
    })
    expect(
      parseStrictJson(bytes('[[],{"a":"[[[[{{{{,,,,:::"}]'), { depthMax: 2, valuesMax: 10 })
    ).toMatchObject({ ok: true })
  })
})
