// Officers' declarations about pairs of reports: of two that do not know of each other the first
// counts.

import type { PairDeclared } from '@tocsin/contracts/theatre/theatre-record'
import { describe, expect, it } from 'vitest'
import { inMemory, ReadModel } from '../src/read-model.ts'
import { FactTable } from '../src/reports/fact-table.ts'
import { reportTables } from '../src/schema.ts'
import { declaredPairsMax, PairDeclarations } from '../src/theatres/pair-declarations.ts'

const at = '2025-06-05T00:00:00.000Z'
const word = (
  a: string,
  b: string,
  same: boolean,
  more: Partial<PairDeclared> = {}
): PairDeclared => ({
  reportIds: [a, b],
  same,
  by: 'officer',
  ...more
})

const openModel = () => ReadModel.open({ path: inMemory, groups: [reportTables], version: '' })
let position = 0n

function begin(file = openModel()) {
  const declared = new PairDeclarations(file, new FactTable(file))
  declared.load()
  const take = (id: string, data: PairDeclared) => {
    const record = { id, theatre: 'sahel', time: at, type: 'pair.declared', data } as const
    file.transact(() => declared.apply(record, { partition: 0, position: position++ }))
    return declared.action(id)?.outcome
  }
  return { take, find: (a: string, b: string) => declared.find('sahel', a, b) }
}

describe('declarations', () => {
  it('count if they know the latest one about their reports, and are too late if they do not', () => {
    const declared = begin()
    expect(declared.take('d1', word('a', 'b', false, { after: null, also: [['a', 'c']] }))).toEqual(
      { kind: 'counts' }
    )
    const late = declared.take('d2', word('c', 'd', true, { after: null, by: 'other' }))
    expect(late).toEqual({ kind: 'late', first: { id: 'd1', by: 'officer', at } })
    expect(declared.find('c', 'd')).toBeUndefined()
    expect(declared.take('d3', word('c', 'd', true, { after: 'd1', by: 'other' }))).toEqual({
      kind: 'counts'
    })
    // There is no later declaration about other reports.
    expect(declared.take('d4', word('b', 'a', true, { after: 'd1' }))).toEqual({
      kind: 'counts'
    })
    expect(declared.find('a', 'b')).toMatchObject({ same: true, declaration: { id: 'd4' } })
    expect(declared.find('a', 'c')).toMatchObject({ same: false, declaration: { id: 'd1' } })
  })

  it('are refused above the limit, also after a start, but existing ones can be changed', () => {
    const file = openModel()
    const declared = begin(file)
    const also = Array.from({ length: declaredPairsMax - 1 }, (_, i) => ['a', `x${i}`] as const)
    expect(declared.take('d1', word('a', 'b', false, { also }))?.kind).toBe('counts')
    expect(declared.take('d2', word('c', 'd', false))?.kind).toBe('full')
    expect(declared.take('d3', word('a', 'b', true))?.kind).toBe('counts')
    expect(begin(file).take('d4', word('c', 'd', false))?.kind).toBe('full')
  })
})
