// What a table makes of a record, and of what was typed.

import { expect, it } from 'vitest'
import {
  draftFrom,
  type FieldTable,
  fieldsShown,
  makeBody,
  pathsIn
} from '../src/records/field-table.ts'

const table = {
  name: { as: 'text' },
  size: { as: 'number', at: 'limits/size' },
  to: { as: 'names', ifEmpty: 'null' },
  codes: { as: 'picks', at: 'filter/codes', ifEmpty: 'list' },
  begins: { as: 'moment' },
  isMore: { as: 'check', isLocal: true },
  more: { as: 'text', when: ({ isMore }) => isMore === true }
} as const satisfies FieldTable

const record = {
  ...{ name: 'Ama', limits: { size: 3 }, to: ['a', 'b'], filter: { codes: ['ML'] } },
  ...{ begins: '2026-03-01T12:00:30Z', more: 'kept' }
}

it('shows a record as it would be typed, and sends the same again', () => {
  const draft = draftFrom(record, table)
  expect(draft).toEqual({
    ...{ name: 'Ama', size: '3', to: 'a, b', codes: ['ML'] },
    ...{ begins: '2026-03-01T12:00', isMore: false, more: 'kept' }
  })
  const { more: _, ...sent } = record
  expect(makeBody(draft, table)).toEqual({ ...sent, begins: '2026-03-01T12:00:00Z' })
})

it('sends nothing of what is empty or not shown, and what is wrong as it was typed', () => {
  const empty = draftFrom({}, table)
  expect(makeBody(empty, table)).toEqual({ to: null, filter: { codes: [] } })
  const typed = {
    ...empty,
    size: 'big',
    to: ' a,, b ',
    isMore: true
  }
  expect(makeBody({ ...typed, more: ' x ' }, table)).toMatchObject({
    ...{ limits: { size: 'big' }, to: ['a', 'b'], more: 'x' }
  })
  expect(fieldsShown(table, empty).map(([name]) => name)).not.toContain('more')
})

it('names its fields as refusals do', () => {
  expect(pathsIn(table)).toContain('limits/size')
})
