import { beforeAllTime, type TheatrePayload } from '@tocsin/contracts/theatre/theatre-record'
import { inMemory, ReadModel } from '@tocsin/read-model/read-model'
import { FactTable } from '@tocsin/read-model/reports/fact-table'
import { reportTables } from '@tocsin/read-model/schema'
import { expect, it } from 'vitest'
import { TheatreClocks } from '../src/theatres/theatre-clocks.ts'

const time = '2026-03-01T12:00:00.000Z'
let position = 0n
const openModel = () => ReadModel.open({ path: inMemory, groups: [reportTables], version: '1' })
function fold(
  records: readonly (TheatrePayload & { readonly id: string })[],
  model = openModel()
): TheatreClocks {
  const clocks = new TheatreClocks(new FactTable(model))
  for (const record of records)
    clocks.apply({ ...record, theatre: 'sahel', time }, { partition: 0, position: position++ })
  return clocks
}
const requested = (id: string, action: 'acknowledge' | 'comment') =>
  ({
    id,
    type: 'operator.requested',
    data: {
      actionId: 'x',
      alertId: 'a1',
      ifMatch: 0,
      by: 'officer',
      action,
      until: null,
      note: null,
      to: null,
      text: null,
      disposition: null
    }
  }) as const

it('of two requests under one action id the first is the action', () => {
  expect(
    fold([requested('x', 'acknowledge'), requested('x', 'comment')]).request('x')?.request.action
  ).toBe('acknowledge')
})

it('a start finds the last tick in the tables', () => {
  const model = openModel()
  fold([{ id: 't', type: 'clock.ticked', data: { to: time, gap: false } }], model)
  const clocks = new TheatreClocks(new FactTable(model))
  clocks.load()
  expect(clocks.lastTick('sahel')).toEqual({ to: time, partition: 0, position: position - 1n })
})

it('a replay has no time before its first tick, and then that of its last', () => {
  const ticked = (to: string) =>
    ({ id: to, type: 'clock.ticked', data: { to, gap: false } }) as const
  expect(fold([]).nowIn('sahel')).toBeNull()
  expect(fold([ticked(beforeAllTime)]).nowIn('sahel')).toBeNull()
  expect(fold([ticked(beforeAllTime), ticked(time)]).nowIn('sahel')).toBe(time)
})
