// The columns of calls hold what the alerts say, however often they change, are hidden, and go.

import type { Call } from '@tocsin/domain/response/alert-calls'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type CalledAlert, CallTable } from '../../src/reader/call-table.ts'
import { anAlert } from '../support/alert-builder.ts'

interface Step {
  readonly alert: number
  readonly paged: readonly number[]
  readonly takenS: number | null
  readonly isHidden: boolean
  readonly isGone: boolean
  readonly drill: boolean
  readonly admin1: string
}

const step = fc.record<Step>({
  alert: fc.nat(4),
  paged: fc.array(fc.nat(100), { maxLength: 3 }),
  takenS: fc.option(fc.nat(50)),
  isHidden: fc.boolean(),
  isGone: fc.boolean(),
  drill: fc.boolean(),
  admin1: fc.constantFrom('ML-4', 'ML-5')
})

function callsOf({ paged, takenS }: Step): Call[] {
  return paged.map(at => ({
    ...{ pagedAtMs: at, severity: 'severe', done: null, deeds: [], isSettled: at % 2 === 0 },
    taken:
      takenS === null
        ? null
        : { atMs: at + takenS * 1000, by: `officer ${takenS}`, byId: null, handling: 'internal' }
  }))
}

function entryOf(said: Step): CalledAlert {
  const area = { country: ['ML'], admin1: [said.admin1], circle: null, settlement: null }
  const outline = said.isHidden ? null : anAlert({ drill: said.drill, area })
  const calls = { calls: callsOf(said), isCalling: false }
  return {
    alertId: `a${said.alert}`,
    theatre: `t${said.alert}`,
    outlineAt: () => outline,
    callsAt: () => calls
  }
}

it('holds the calls of each alert that is there and shown, once', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), steps => {
      const table = new CallTable('internal')
      const now = new Map<number, Step>()
      for (const said of steps) {
        if (said.isGone) table.delete(`a${said.alert}`)
        else table.set(entryOf(said))
        now.set(said.alert, said)
      }
      const expected = [...now.values()]
        .filter(({ isGone, isHidden }) => !isGone && !isHidden)
        .flatMap(said =>
          callsOf(said).map(call => [
            `t${said.alert}`,
            call.pagedAtMs,
            said.takenS,
            said.drill,
            said.admin1
          ])
        )
      const found = Array.from({ length: table.end }, (_, i) => table.rowIn(i, 0, 1000)).filter(
        row => row !== null
      )
      const told = found.map(row => [
        row.theatre,
        row.pagedAtMs,
        row.acknowledgedS,
        row.drill,
        row.area.admin1[0]
      ])
      expect(told.map(String).sort()).toEqual(expected.map(String).sort())
      for (const { officer, acknowledgedS } of found)
        expect(officer?.by ?? null).toBe(acknowledgedS === null ? null : `officer ${acknowledgedS}`)
      expect(table.end).toBeLessThanOrEqual(15)
    })
  )
})

it('gives the calls of a span, from its first moment on and before its end, also beyond its first room', () => {
  const table = new CallTable('internal')
  const said = { takenS: null, isHidden: false, isGone: false, drill: false, admin1: 'ML-4' }
  for (let alert = 0; alert < 3000; alert++) table.set(entryOf({ ...said, alert, paged: [alert] }))
  const within = Array.from(
    { length: table.end },
    (_, i) => table.rowIn(i, 1000, 2000)?.pagedAtMs
  ).filter(at => at !== undefined)
  expect([within.length, Math.min(...within), Math.max(...within)]).toEqual([1000, 1000, 1999])
})
