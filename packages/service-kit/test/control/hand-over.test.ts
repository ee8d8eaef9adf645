// Which declarations of a watch are hand-overs, and by whom to whom.

import type {
  ShiftRecord,
  WatchDeclared,
  WatchRecord
} from '@tocsin/contracts/record/control-record'
import { describe, expect, it } from 'vitest'
import { handOverOf } from '../../src/control/hand-over.ts'

const at = (hour: number) => `2025-06-01T${String(hour).padStart(2, '0')}:00:00.000Z`
const shift = (officer: string, from: number, until: number): ShiftRecord => ({
  ...{ officer, from: at(from), until: at(until), lines: ['sub_1'], note: null }
})
const watch = (version: number, ...shifts: readonly ShiftRecord[]): WatchRecord => ({
  ...{ watchId: 'wat_1', name: 'Joint desk', lineMinutes: 5, shifts, version, ownerKeyId: 'k' },
  ...{ theatres: '*', handling: 'internal' }
})
const written = (data: WatchDeclared, time = '2025-06-01T12:00:00.040Z') => ({ data, time })
const before = watch(1, shift('Ama', 6, 14), shift('Esi', 22, 23))

describe('a declaration of a watch', () => {
  it('that ends the shift that is on and begins another now is a hand-over', () => {
    const data = watch(2, shift('Ama', 6, 12), shift('Esi', 22, 23), shift('Kofi', 12, 20))
    expect(handOverOf(before, written(data))).toEqual({ from: 'Ama', to: 'Kofi' })
  })

  it('that begins a shift now while nobody is on is one from nobody', () => {
    const data = watch(2, shift('Esi', 22, 23), shift('Kofi', 12, 20))
    expect(handOverOf(watch(1, shift('Esi', 22, 23)), written(data))).toEqual({
      from: null,
      to: 'Kofi'
    })
  })

  it('says itself whether it is one, whatever else it changes', () => {
    const data = {
      ...watch(2, shift('Ama', 6, 12), shift('Kofi', 12, 20)),
      handOver: { from: 'Ama', to: 'Kofi' }
    }
    expect(handOverOf(before, written(data, at(13)))).toEqual({ from: 'Ama', to: 'Kofi' })
    expect(
      handOverOf(undefined, written({ ...data, handOver: { from: null, to: 'Kofi' } }))
    ).toEqual({ from: null, to: 'Kofi' })
  })

  // What older records say, which did not state it.
  it.each([
    ['is new', undefined, watch(1, shift('Kofi', 12, 20)), undefined],
    ['plans a shift', before, watch(2, ...before.shifts, shift('Kofi', 15, 20)), undefined],
    ['takes one more on', before, watch(2, ...before.shifts, shift('Kofi', 12, 20)), undefined],
    [
      'takes a later shift away',
      before,
      watch(2, shift('Ama', 6, 12), shift('Kofi', 12, 20)),
      undefined
    ],
    ['only ends a shift', before, watch(2, shift('Ama', 6, 12), shift('Esi', 22, 23)), undefined],
    [
      'tells of one later',
      before,
      watch(2, shift('Ama', 6, 12), shift('Esi', 22, 23), shift('Kofi', 12, 20)),
      at(13)
    ],
    ['names it anew', before, { ...watch(2, ...before.shifts), name: 'Night desk' }, undefined]
  ] as const)('that %s is none', (_what, known, data, time) => {
    expect(handOverOf(known, written(data, time))).toBeNull()
  })
})
