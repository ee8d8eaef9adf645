// Where what is typed cannot be read.

import { describe, expect, it } from 'vitest'
import { readTyped } from '../src/records/rule-text.ts'

describe('what is typed', () => {
  it('is told by line and column where it cannot be read', () => {
    const read = readTyped('{\n  "a": 1\n  "b": 2\n}')
    expect(read).toMatchObject({ kind: 'faults', faults: [{ line: 2, column: 8 }, {}] })
    expect(readTyped('{"half":')).toMatchObject({
      kind: 'faults',
      faults: [{ line: 1, column: 9 }]
    })
  })

  it('may be JSON or YAML', () => {
    expect(readTyped('{"a": [1, "2026-01-01"]}')).toMatchObject({ value: { a: [1, '2026-01-01'] } })
    expect(readTyped('a:\n  - 1\n  - 2026-01-01\n')).toMatchObject({
      value: { a: [1, '2026-01-01'] }
    })
  })

  it('has a place for each refusal of the suite', () => {
    const read = readTyped('pattern: siege\nparameters:\n  heldDays: -1\nlist:\n  - a\n  - b\n')
    if (read.kind !== 'value') throw new Error('it is YAML')
    const at = (pointer: string) => read.placeOf({ pointer, detail: 'is wrong' })
    expect(at('/parameters/heldDays')).toMatchObject({ line: 3, column: 3, detail: 'is wrong' })
    expect(at('/list/1')).toMatchObject({ line: 6, column: 5 })
    expect(at('/missing')).toMatchObject({ line: 1, column: 1 })
    expect(at('')).toMatchObject({ line: 1, column: 1 })
  })
})
