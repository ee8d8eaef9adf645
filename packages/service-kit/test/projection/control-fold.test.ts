import type { ControlRecord } from '@tocsin/domain/control/control-record'
import { emptyControlState } from '@tocsin/domain/control/control-state'
import { expect, it } from 'vitest'
import { ControlFold } from '../../src/projection/control-fold.ts'

const asked = (id: string, to: string): ControlRecord => ({
  id,
  time: to,
  type: 'theatre.tick-requested',
  data: { theatre: 'sahel', to }
})
const copyBegun: ControlRecord = {
  id: 'copy',
  time: '2025-06-01T00:00:00.000Z',
  type: 'copy.begun',
  data: { from: 'one', to: 'two' }
}

it('returns the change by each record', () => {
  const fold = new ControlFold()
  const first = fold.take(asked('a', '2025-06-01T00:00:00.000Z'))
  expect(first?.before).toBe(emptyControlState)
  expect(first?.after).toBe(fold.state)
  expect(fold.state.ticksRequested.get('sahel')).toBe('2025-06-01T00:00:00.000Z')
  const late = fold.take(asked('b', '2025-05-01T00:00:00.000Z'))
  expect(late?.after).toBe(late?.before)
})

it('counts a repeated record once', () => {
  const fold = new ControlFold()
  fold.take(copyBegun)
  expect(fold.take(copyBegun)).toBeNull()
  expect(fold.state.copiesBegun).toEqual([{ from: 'one', to: 'two' }])
  expect(fold.idsRemembered).toBe(1)
})

it('remembers a limited number of ids', () => {
  const small = new ControlFold(2)
  for (const id of ['a', 'b', 'c', 'd']) small.take({ ...copyBegun, id })
  expect(small.idsRemembered).toBeLessThanOrEqual(2)
})
