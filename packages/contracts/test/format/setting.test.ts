// Everything that a setting needs follows from its definition.

import {
  integer,
  optional,
  orNull,
  record,
  text,
  type ValueOf,
  words
} from '@tocsin/contracts/format/format'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type Asked,
  readBody,
  recordedMembers,
  type Settings,
  withDefaults
} from '../../src/format/setting.ts'

const settings = {
  name: { taken: text({ minLength: 1, maxLength: 9 }), words: 'What it is called.', example: 'a' },
  order: {
    taken: words(['strict']),
    recorded: words(['strict', 'loose']),
    words: 'Which comes first.',
    default: 'strict',
    example: 'strict'
  },
  note: {
    taken: orNull(text({ maxLength: 9 })),
    words: 'For people.',
    default: null,
    example: 'b'
  },
  pauseMs: {
    taken: optional(integer({ minimum: 0, maximum: 9 })),
    words: 'How long to wait.',
    example: 1
  }
} as const satisfies Settings

describe('a setting', () => {
  it('is asked for within its limits, and only needed if nothing stands in for it', () => {
    expect(readBody(settings)).toEqual({
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: {
        name: { description: settings.name.words, type: 'string', minLength: 1, maxLength: 9 },
        order: { description: settings.order.words, type: 'string', enum: ['strict'] },
        note: { description: 'For people.', type: ['string', 'null'], maxLength: 9 },
        pauseMs: { description: 'How long to wait.', type: 'integer', minimum: 0, maximum: 9 }
      }
    })
    type Ask = { name: string; order?: 'strict'; note?: string | null; pauseMs?: number }
    expectTypeOf<Ask>().toExtend<Asked<typeof settings>>()
    expectTypeOf<Omit<Ask, 'name'>>().not.toExtend<Asked<typeof settings>>()
  })

  it('is recorded without limits that may change, and may be missing if it is optional', () => {
    const recorded = record({ id: text(), ...recordedMembers(settings) })
    expect(recorded).toEqual({
      type: 'object',
      required: ['id', 'name', 'order', 'note'],
      properties: {
        id: { type: 'string' },
        name: { type: 'string' },
        order: { type: 'string', enum: ['strict', 'loose'] },
        note: { type: ['string', 'null'] },
        pauseMs: { type: 'integer', minimum: 0 }
      }
    })
    expectTypeOf<ValueOf<typeof recorded>>().toEqualTypeOf<{
      readonly id: string
      readonly name: string
      readonly order: 'strict'
      readonly note: string | null
      readonly pauseMs?: number
    }>()
  })

  it('has its default where none is given, and is left out where it has none', () => {
    expect(withDefaults(settings, { name: 'a' })).toEqual({
      name: 'a',
      order: 'strict',
      note: null
    })
    expect(withDefaults(settings, { name: 'a', note: 'b', pauseMs: 2 })).toEqual({
      name: 'a',
      order: 'strict',
      note: 'b',
      pauseMs: 2
    })
  })
})
