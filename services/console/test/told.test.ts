// Who was told of an alert.

import { expect, it } from 'vitest'
import type { AlertToldList, SilenceOver } from '../src/shown/alert-told.ts'
import type { Silence } from '../src/shown/silence.ts'
import type { AlertDelivery, AlertTold } from '../src/shown/subscription.ts'
import { silencesLately } from '../src/upkeep/silences/silences-lately.ts'
import {
  answeredEarlier,
  rowLevel,
  sentSince,
  silenceOf,
  silencesNow,
  toldInOrder,
  toldPartners
} from '../src/upkeep/told-partners.ts'
import { words } from '../src/words/words.ts'
import { anAlert } from './support/an-alert.ts'
import { aSilence } from './support/records.ts'

const at = (minute: number) => `2026-03-01T12:${String(minute).padStart(2, '0')}:00.000Z`

function delivery(
  subscriptionId: string,
  sequence: number,
  more: Partial<AlertDelivery> = {}
): AlertDelivery {
  const state = {
    state: 'delivered',
    acceptedAt: at(sequence),
    attempts: 1,
    nextAt: null,
    reason: null,
    status: 200
  }
  const held = { subscriptionStatus: 'active', endpoint: 'up' }
  const what = {
    ...held,
    id: `e${sequence}`,
    type: 'tocsin.alert.revised.v1',
    plannedAt: at(sequence)
  }
  return {
    subscriptionId,
    host: `${subscriptionId}.example`,
    contact: null,
    sequence,
    ...what,
    ...state,
    ...more
  }
}
const waiting = { state: 'pending', acceptedAt: null, reason: 'timeout', status: null }

it('puts those first that do not have what holds now, whatever they took before', () => {
  const partners = toldPartners([
    delivery('b', 4),
    delivery('a', 2),
    delivery('c', 7, waiting),
    delivery('c', 5),
    delivery('d', 3, { state: 'parked', acceptedAt: null, reason: 'exhausted' })
  ])
  expect(partners.map(({ host, level }) => [host, level])).toEqual([
    ['d.example', 'bad'],
    ['c.example', 'warn'],
    ['a.example', 'good'],
    ['b.example', 'good']
  ])
})

it('says since when the oldest of it waits', () => {
  const [partner] = toldPartners([
    delivery('a', 9, { ...waiting, attempts: 0 }),
    delivery('a', 6, waiting),
    delivery('a', 2)
  ])
  expect(partner).toMatchObject({ level: 'unknown', waitsSince: at(6) })
  expect(toldPartners([delivery('a', 2)])[0]?.waitsSince).toBeNull()
})

it('says of what waits what stands against it, and of what was taken nothing', () => {
  const held = { state: 'pending', acceptedAt: null, attempts: 0 }
  const of = (more: Partial<AlertDelivery>) => {
    const { level, heldBy } = toldPartners([delivery('a', 2, more)])[0] ?? {}
    return [level, heldBy]
  }
  expect(of(held)).toEqual(['unknown', null])
  expect(of({ ...held, endpoint: 'failing' })).toEqual(['warn', 'failing'])
  expect(of({ ...held, endpoint: 'down', subscriptionStatus: 'disabled' })).toEqual([
    'warn',
    'disabled'
  ])
  expect(of({ ...held, endpoint: 'parked', subscriptionStatus: 'parked' })).toEqual([
    'bad',
    'parked'
  ])
  expect(of({ endpoint: 'down' })).toEqual(['good', null])
})

it('counts once what stands on two pages, as the newer answer has it', () => {
  const [partner] = toldPartners([
    delivery('a', 9),
    delivery('a', 6, waiting),
    delivery('a', 9, waiting)
  ])
  expect(partner?.deliveries.map(({ sequence, state }) => [sequence, state])).toEqual([
    [9, 'delivered'],
    [6, 'pending']
  ])
})

it('puts those first of whom an officer must know that they do not have it', () => {
  const row = (by: string | null, state: AlertTold['state']): AlertTold => ({
    ...{ subscriptionId: String(by), by, contact: null, type: 'tocsin.alert.raised.v1', state },
    ...{ acceptedAt: null, waitsSince: null }
  })
  const rows = [
    row('d', 'accepted'),
    row('c', 'not-sent'),
    row('b', 'waiting'),
    row('a', 'accepted'),
    row(null, 'not-accepted')
  ]
  expect(toldInOrder(rows).map(({ by }) => by)).toEqual([null, 'b', 'c', 'a', 'd'])
})

it('says of a reminder that was not taken that it was not', () => {
  const said = ['accepted', 'overtaken', 'pending', 'given-up', 'gone'].map(
    words.told.newestReminder
  )
  expect(said).toEqual(['', '', ' (not taken yet)', ' (not taken)', ' (not taken)'])
})

it('says of a row that a silence holds it, as somebody wanted it, and by which if that may be known', () => {
  const silence: SilenceOver = {
    ...{
      id: 'sil_1',
      isForOne: false,
      subscriptionId: null,
      subscriber: null,
      includesExtreme: false
    },
    ...{ endsAt: at(30), reason: 'Exercise', by: 'Awa' }
  }
  const row = (held: AlertTold['held']): AlertTold => ({
    ...{
      subscriptionId: 'a',
      by: 'a',
      contact: null,
      type: 'tocsin.alert.raised.v1',
      state: 'held'
    },
    ...{ acceptedAt: null, waitsSince: at(1), ...(held === undefined ? {} : { held }) }
  })
  const told: AlertToldList = { items: [], silences: [silence] }
  const silenced = row({ reason: 'silenced', until: at(30), by: 'sil_1' })
  const quiet = row({ reason: 'quiet-hours', until: at(30), by: null })
  const hidden = row({ reason: null, until: null, by: null })
  expect([silenced, quiet, hidden, row(undefined)].map(rowLevel)).toEqual([
    'warn',
    'unknown',
    'unknown',
    'unknown'
  ])
  expect([silenced, quiet, hidden, row(undefined)].map(each => silenceOf(each, told)?.by)).toEqual([
    'Awa',
    undefined,
    undefined,
    undefined
  ])
  expect(silenceOf(silenced, { items: [] })).toBeNull()
  const over = (minute: number) => silencesNow(told, Date.parse(at(minute))).map(({ id }) => id)
  expect([over(29), over(30), silencesNow(null, 0)]).toEqual([['sil_1'], [], []])
})

it('names who answered before those whom the alert keeps, and nobody twice or of later', () => {
  const row = (subscriptionId: string, minute: number | null) => {
    const answered =
      minute === null ? null : { at: at(minute), until: null, note: 'Ours.', response: null }
    const state = {
      contact: null,
      type: 'tocsin.alert.raised.v1',
      state: 'accepted',
      acceptedAt: null,
      waitsSince: null
    } as const
    return {
      subscriptionId,
      by: subscriptionId === 'lost' ? null : `Partner ${subscriptionId}`,
      ...state,
      answered
    }
  }
  const items = [row('b', 2), row('named', 5), row('lost', 1), row('silent', null), row('later', 9)]
  const named = [
    { subscriptionId: 'named', at: at(5) },
    { subscriptionId: 'other', at: at(6) }
  ]
  expect(answeredEarlier(named, { items })).toEqual([
    { subscriptionId: 'lost', by: 'lost', at: at(1), until: null, note: 'Ours.' },
    { subscriptionId: 'b', by: 'Partner b', at: at(2), until: null, note: 'Ours.' }
  ])
  expect(answeredEarlier(named, null)).toEqual([])
})

const ended = (members: Partial<Silence> = {}) =>
  aSilence({
    standing: 'over',
    startsAt: at(0),
    endsAt: at(59),
    endedAt: at(10),
    alertId: 'a1',
    ...members
  })

it('tells for an hour which silences were over an alert, the one that ended last first', () => {
  const minuteMs = 60_000
  const lately = (over: readonly Silence[], minute = 20, alert = anAlert()) =>
    silencesLately(over, alert, Date.parse(at(0)) + minute * minuteMs).map(
      ({ silence }) => silence.id
    )
  const early = ended({ id: 'early', endedAt: at(5) })
  expect(lately([early, ended()])).toEqual(['sil_1', 'early'])
  expect([lately([ended()], 9), lately([ended()], 69), lately([ended()], 70)]).toEqual([
    [],
    ['sil_1'],
    []
  ])
  // Its time has passed: nobody ended it.
  expect([lately([ended({ endedAt: null })], 58), lately([ended({ endedAt: null })], 59)]).toEqual([
    [],
    ['sil_1']
  ])
})

it('tells of no silence that was for others, that held nothing, or of which it cannot be told', () => {
  /** Null: it may have been. */
  const isOver = (members: Partial<Silence>, alert = anAlert()) => {
    const [found] = silencesLately([ended(members)], alert, Date.parse(at(20)))
    return found === undefined ? false : found.isSure || null
  }
  const byFilter = (filter: Silence['filter']) => ({ alertId: null, filter })
  expect(isOver(byFilter({ country: ['NE', 'ML'], severity: ['moderate'] }))).toBe(true)
  expect(isOver(byFilter({ country: ['NE'] }))).toBe(false)
  // The circle of the alert is 5 km around 13.88, -5.36: 10 km north of it 5 km meet it, and 4 km
  // do not.
  expect(
    [5, 4].map(km => isOver(byFilter({ country: ['ML'], circle: [13.9695, -5.36, km] })))
  ).toEqual([true, false])
  expect(
    [['severe'], ['moderate']].map(([least]) => isOver(byFilter({ minSeverity: least })))
  ).toEqual([false, true])
  expect([isOver(byFilter({ drill: true })), isOver(byFilter({ category: ['blockade'] }))]).toEqual(
    [false, true]
  )
  // Of a polygon, and of a member that a later suite has, it can not be told here: unless another
  // member says no.
  const polygon = { type: 'Polygon', coordinates: [] }
  expect([isOver(byFilter({ polygon })), isOver(byFilter({ toString: ['ML'] }))]).toEqual([
    null,
    null
  ])
  expect(isOver(byFilter({ polygon, country: ['NE'] }))).toBe(false)
  const placeless = anAlert({
    area: { country: ['ML'], admin1: [], circle: null, settlement: null }
  })
  expect(isOver(byFilter({ polygon }), placeless)).toBe(false)
  expect([isOver({ alertId: 'a2' }), isOver(byFilter(null)), isOver({ isBacked: false })]).toEqual([
    false,
    false,
    false
  ])
  const extreme = anAlert({ severity: 'extreme' })
  expect([isOver({}, extreme), isOver({ includesExtreme: true }, extreme)]).toEqual([false, true])
})

it('tells who has taken something since a silence ended, and who has not yet', () => {
  const row = (
    subscriptionId: string,
    state: AlertTold['state'],
    acceptedAt: string | null
  ): AlertTold => ({
    ...{
      subscriptionId,
      by: subscriptionId,
      contact: null,
      type: 'tocsin.alert.escalated.v1',
      state,
      acceptedAt
    },
    waitsSince: acceptedAt === null ? at(1) : null
  })
  const items = [
    row('before', 'accepted', at(9)),
    row('late', 'accepted', at(12)),
    row('soon', 'accepted', at(11)),
    row('down', 'waiting', null)
  ]
  const names = (silence: Silence) => {
    const { taken, waiting } = sentSince(silence, { items })
    return [taken, waiting].map(rows => rows.map(({ subscriptionId }) => subscriptionId))
  }
  expect(names(ended())).toEqual([['soon', 'late'], ['down']])
  expect(names(ended({ subscriptionId: 'late' }))).toEqual([['late'], []])
  // For one that the reader may not know.
  expect(names(ended({ isForOne: true }))).toEqual([[], []])
})
