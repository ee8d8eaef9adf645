// The silences that hold, and which of them are for an alert: each filter is asked once, whoever
// asks and however often.

import type { FilterFacts } from '@tocsin/domain/alert/alert-filter'
import { type ControlState, emptyControlState } from '@tocsin/domain/control/control-state'
import type { SilenceState } from '@tocsin/domain/control/silence-state'
import { beforeEach, describe, expect, it } from 'vitest'
import { SilenceBook } from '../../src/policy/silence-book.ts'

const startMs = Date.parse('2026-03-01T00:00:00Z')
const at = (hours: number) => new Date(startMs + hours * 3_600_000).toISOString()

let nowMs: number
let control: { state: ControlState }
let book: SilenceBook

beforeEach(() => {
  nowMs = Date.parse(at(1))
  control = { state: emptyControlState }
  book = new SilenceBook({ control, clock: { nowMs: () => nowMs } })
})

function declare(silenceId: string, changed: Partial<SilenceState> = {}): void {
  const silence: SilenceState = {
    ...{
      silenceId,
      filter: {},
      alertId: null,
      subscriptionId: null,
      theatres: '*',
      handling: 'restricted',
      by: null
    },
    ...{
      startsAt: at(0),
      endsAt: at(10),
      createdAt: at(0),
      endedAt: null,
      includesExtreme: false,
      ownerKeyId: 'owner'
    },
    ...({ reason: 'Generator test' } as object),
    ...changed
  } as SilenceState
  control.state = { ...control.state, silences: control.state.silences.with(silenceId, silence) }
}

function keyed(keyId: string, changed: object): void {
  const key = { keyId, expiresAt: null, revokedAt: null, scopes: [], ...changed } as never
  control.state = { ...control.state, keys: control.state.keys.with(keyId, key) }
}

const ids = () => book.holding().map(({ silenceId }) => silenceId)
const pass = (hours: number) => {
  nowMs = Date.parse(at(hours))
}
const facts = {
  severity: 'severe',
  pattern: 'siege',
  theatre: 'sahel',
  handling: 'public',
  area: {}
} as unknown as FilterFacts

describe('the silences that hold', () => {
  it('are those of now: one begins, one ends, one is ended, one loses its key, and a clock is set back', () => {
    keyed('kept', { expiresAt: at(3) })
    declare('whole')
    declare('later', { startsAt: at(2) })
    declare('backed', { ownerKeyId: 'kept' })
    expect(ids()).toEqual(['whole', 'backed'])
    pass(2)
    expect(ids()).toEqual(['whole', 'later', 'backed'])
    pass(3)
    expect(ids()).toEqual(['whole', 'later'])
    pass(1)
    expect(ids()).toEqual(['whole', 'backed'])
    keyed('kept', { revokedAt: at(1) })
    expect(ids()).toEqual(['whole'])
    declare('whole', { endedAt: at(1) })
    expect(ids()).toEqual([])
    pass(11)
    expect(ids()).toEqual([])
  })

  it('are the same list as long as nothing begins, ends or changes', () => {
    declare('whole')
    const before = book.holding()
    pass(9)
    expect(book.holding()).toBe(before)
    declare('more')
    expect(book.holding()).not.toBe(before)
  })

  it('are asked once for an alert as it is: the second time costs nothing, until the alert or a silence changes', () => {
    for (let i = 0; i < 500; i++)
      declare(`s${i}`, { filter: { pattern: [i === 7 ? 'siege' : 'front'] } })
    const work = { units: 0 }
    const alert = { alertId: 'a', facts }
    expect(book.over(alert, work).map(({ silenceId }) => silenceId)).toEqual(['s7'])
    const first = work.units
    expect(first).toBeGreaterThan(1_000)
    for (let i = 0; i < 1_000; i++) book.over(alert, work)
    expect(work.units).toBe(first)
    expect(book.over({ alertId: 'a', facts: { ...facts, pattern: 'front' } }, work)).toHaveLength(
      499
    )
    expect(work.units).toBe(2 * first)
    declare('s7', { endedAt: at(1) })
    expect(book.over(alert, work)).toEqual([])
  })

  it('are asked once for each of very many alerts, in whatever order these come round', () => {
    for (let i = 0; i < 10; i++)
      declare(`s${i}`, { filter: { pattern: [i === 7 ? 'siege' : 'front'] } })
    const alerts = Array.from({ length: 20_000 }, (_, i) => ({
      alertId: `a${i}`,
      facts: { ...facts }
    }))
    const work = { units: 0 }
    const lists = new Set(alerts.map(alert => book.over(alert, work)))
    const first = work.units
    for (let pass = 0; pass < 3; pass++)
      for (const alert of alerts) lists.add(book.over(alert, work))
    expect(work.units).toBe(first)
    // They share what is the same for them.
    expect(lists.size).toBe(1)
  })
})
