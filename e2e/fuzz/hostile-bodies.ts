// Hostile or faulty bodies: a valid one with one fault, arbitrary JSON, and bytes that are not
// JSON.

import fc from 'fast-check'

/** Values that break parsers: wrong kinds, extreme numbers, texts with illegal characters. */
const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -0,
    -1,
    1e308,
    5e-324,
    2 ** 53,
    '',
    ' ',
    [],
    {},
    [[]],
    [null],
    { $ref: '#' }
  ),
  fc.constantFrom<unknown>(
    '\u0000',
    '\u202Etxt.exe',
    '\uFEFF',
    '9'.repeat(500),
    'x'.repeat(30_000),
    "'; DROP TABLE incidents; --",
    '<script>alert(1)</script>',
    '$'.concat('{jndi:ldap://127.0.0.1/a}'),
    '../../../../etc/passwd',
    '2025-02-30',
    '2025-06-01T25:00:00Z',
    '0000-00-00',
    'ZZ',
    'NaN'
  ),
  fc.array(fc.constant({ name: 'x' }), { minLength: 200, maxLength: 200 }),
  fc.jsonValue({ maxDepth: 3 })
)

type Path = readonly (string | number)[]

/** Paths to every part of a JSON value, itself included. */
function waysIn(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [
    at,
    ...Object.entries(value).flatMap(([key, member]) =>
      waysIn(member, [...at, Array.isArray(value) ? Number(key) : key])
    )
  ]
}

function changedAt(
  value: unknown,
  [key, ...rest]: Path,
  change: (part: unknown) => unknown
): unknown {
  if (key === undefined) return change(value)
  if (Array.isArray(value))
    return value.map((each, i) => (i === key ? changedAt(each, rest, change) : each))
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([name, member]) => {
      if (name !== key) return [[name, member]]
      const changed = changedAt(member, rest, change)
      return changed === removed ? [] : [[name, changed]]
    })
  )
}

const removed = Symbol('removed')

/** A value of `good` with one part replaced, removed, or extended by an unknown member. */
export function nearly(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change = fc.oneof(
    hostileValue.map(value => () => value),
    fc.constant(() => removed),
    fc
      .tuple(
        fc.oneof(fc.string(), fc.constantFrom('lattitude', 'reliability', 'id', 'constructor')),
        fc.jsonValue({ maxDepth: 1 })
      )
      .map(
        ([name, value]) =>
          (part: unknown) =>
            isObject(part) ? { ...part, [name]: value } : part
      )
  )
  return fc
    .tuple(good, fc.nat(), change)
    .map(([value, place, apply]) => {
      const ways = waysIn(value)
      return changedAt(
        value,
        ways[place % ways.length] as Path,
        apply as (part: unknown) => unknown
      )
    })
    .filter(value => typeof value !== 'symbol')
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Bytes that are not JSON, or JSON that a strict reader refuses. */
export const unreadableBody: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)),
  fc.string().map(text => Buffer.from(text)),
  fc.json().chain(text => fc.nat(text.length).map(end => Buffer.from(text.slice(0, end)))),
  fc.constantFrom(
    Buffer.from('{"a":1,"a":2}'),
    Buffer.from('{"__proto__":{"admin":true}}'),
    Buffer.from('{"constructor":{"prototype":{}}}'),
    Buffer.from('"\\ud800"'),
    Buffer.from('1e999'),
    Buffer.from(`${'['.repeat(2000)}${']'.repeat(2000)}`),
    Buffer.from('\ufeff{}'),
    Buffer.from('{}{}'),
    Buffer.from([0xc3, 0x28]),
    Buffer.alloc(0)
  )
)
