// Who was told of an alert.

import { unplannedCauses } from '@tocsin/contracts/subscription/notification-words'
import { expect, it } from 'vitest'
import {
  answeredEarlier,
  findSilence,
  listNotified,
  listNotNotified,
  rowLevel,
  silencesNow,
  toldInOrder
} from '../src/records/subscription.ts'
import type { AlertTold, AlertToldList, SilenceOver } from '../src/shown/answers.ts'
import { words } from '../src/words/words.ts'

const at = (minute: number) => `2026-03-01T12:${String(minute).padStart(2, '0')}:00.000Z`

const row = (id: string | null, members: Partial<AlertTold> = {}): AlertTold => ({
  ...{ subscriptionId: String(id), by: id, contact: null, type: 'tocsin.alert.raised.v1' },
  ...{ cause: 'told', unmet: [], state: 'accepted', acceptedAt: null, waitsSince: null },
  ...{ held: null, because: null, reminded: null, repeatHeld: null, answered: null },
  ...members
})

it('puts those first of whom an officer must know that they do not have it', () => {
  const rows = [
    row('d'),
    row('c', { state: 'not-sent' }),
    row('b', { state: 'waiting' }),
    row('a'),
    row(null, { state: 'not-accepted' })
  ]
  expect(toldInOrder(rows).map(({ by }) => by)).toEqual([null, 'b', 'c', 'a', 'd'])
})

it('divides those to which an event goes from those to which none does', () => {
  const items = [row('told'), row('z', { type: null, cause: 'filter' }), row('y', { type: null })]
  const told = { items, next: null, silences: [] }
  expect(listNotified(told).map(({ by }) => by)).toEqual(['told'])
  expect(listNotNotified(told).map(({ by }) => by)).toEqual(['y', 'z'])
  expect(Object.keys(words.told.causes).sort()).toEqual([...unplannedCauses].sort())
})

it('says of a reminder that was not taken that it was not', () => {
  const states = ['accepted', 'overtaken', 'pending', 'given-up', 'gone']
  expect(states.map(words.told.newestReminder)).toEqual([
    ...['', '', ' (not delivered yet)', ' (not delivered)', ' (not delivered)']
  ])
})

it('says of a row that a silence holds it, as somebody wanted it, and by which if that may be known', () => {
  const silence: SilenceOver = {
    ...{ id: 'sil_1', isForOne: false, subscriptionId: null, subscriber: null },
    ...{ includesExtreme: false, startsAt: at(0), endsAt: at(30), reason: 'Exercise', by: 'Awa' }
  }
  const told: AlertToldList = { items: [], next: null, silences: [silence] }
  const silenced = { reason: 'silenced', until: at(30), by: 'sil_1' } as const
  const quiet = { reason: 'quiet-hours', until: at(30), by: null } as const
  const hidden = { reason: null, until: null, by: null }
  const levels = [silenced, quiet, hidden, null].map(held =>
    rowLevel(row('a', { state: 'held', waitsSince: at(1), held }))
  )
  expect(levels).toEqual(['warn', 'unknown', 'unknown', 'unknown'])
  const names = [silenced, quiet, hidden].map(held => findSilence(held, told)?.by ?? null)
  expect(names).toEqual(['Awa', null, null])
  expect(findSilence(silenced, { items: [], next: null, silences: [] })).toBeNull()
  const over = (minute: number) => silencesNow(told, Date.parse(at(minute))).map(({ id }) => id)
  expect([over(29), over(30), silencesNow(null, 0)]).toEqual([['sil_1'], [], []])
})

it('names who answered before those whom the alert keeps, and nobody twice or of later', () => {
  const answeredBy = (id: string, minute: number | null) => {
    const answer = { until: null, note: 'Ours.', via: 'key' as const, response: null }
    const answered = minute === null ? null : { at: at(minute), ...answer }
    return row(id, { by: id === 'lost' ? null : `Partner ${id}`, answered })
  }
  const minutes = { b: 2, named: 5, lost: 1, silent: null, later: 9 }
  const items = Object.entries(minutes).map(([id, minute]) => answeredBy(id, minute))
  const named = [
    { subscriptionId: 'named', at: at(5) },
    { subscriptionId: 'other', at: at(6) }
  ]
  expect(answeredEarlier(named, { items, next: null, silences: [] })).toEqual([
    { subscriptionId: 'lost', by: 'lost', at: at(1), until: null, note: 'Ours.' },
    { subscriptionId: 'b', by: 'Partner b', at: at(2), until: null, note: 'Ours.' }
  ])
  expect(answeredEarlier(named, null)).toEqual([])
})
