// A format gives the schema and the type of one thing: what the one requires, the other requires.

import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  dictionary,
  either,
  integer,
  listOf,
  optional,
  orNull,
  pairOf,
  record,
  shared,
  text,
  truth,
  type ValueOf,
  words
} from '../../src/format/format.ts'

const lane = shared('lane', words(['live', 'backfill']))
const base = record(
  { id: text(), lane, note: optional(orNull(text())) },
  { $id: 'base.json', description: 'What.' }
)

describe('a format', () => {
  it('has the schema of its members, and requires all that are not optional', () => {
    expect(base).toEqual({
      $id: 'base.json',
      description: 'What.',
      type: 'object',
      required: ['id', 'lane'],
      properties: { id: { type: 'string' }, lane, note: { type: ['string', 'null'] } }
    })
  })

  it('has the type of its members', () => {
    expectTypeOf<ValueOf<typeof base>>().toEqualTypeOf<{
      readonly id: string
      readonly lane: 'live' | 'backfill'
      readonly note?: string | null
    }>()
    const whole = record({
      count: integer<1 | 2>(),
      pairs: listOf(pairOf(text())),
      scope: either(words(['*']), listOf(text())),
      values: dictionary<boolean>(),
      inner: orNull(base),
      is: truth()
    })
    expectTypeOf<ValueOf<typeof whole>>().toEqualTypeOf<{
      readonly count: 1 | 2
      readonly pairs: readonly (readonly [string, string])[]
      readonly scope: '*' | readonly string[]
      readonly values: Readonly<Record<string, boolean>>
      readonly inner: ValueOf<typeof base> | null
      readonly is: boolean
    }>()
  })

  it('that may be null says so where its type stands: beside it, among its words, or as another thing', () => {
    expect(orNull(words(['a']))).toEqual({ type: ['string', 'null'], enum: ['a', null] })
    expect(orNull(lane)).toEqual({ anyOf: [lane, { type: 'null' }] })
  })
})
