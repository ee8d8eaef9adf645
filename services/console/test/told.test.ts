// Who was told of an alert.

import { expect, it } from 'vitest'
import type {
  AlertDelivery,
  AlertTold,
  AlertToldList,
  Silence,
  SilenceOver
} from '../src/shown/answers.ts'
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
import { anAlert, anAlertAt } from './support/an-alert.ts'
import { aSilence } from './support/records.ts'

const at = (minute: number) => `2026-03-01T12:${String(minute).padStart(2, '0')}:00.000Z`

const delivery = (
  subscriptionId: string,
  sequence: number,
  more: Partial<AlertDelivery> = {}
): AlertDelivery => ({
  ...{ subscriptionId, host: `${subscriptionId}.example`, contact: null, sequence },
  ...{ subscriptionStatus: 'active', endpoint: 'up', id: `e${sequence}` },
  ...{ type: 'tocsin.alert.revised.v1', plannedAt: at(sequence), acceptedAt: at(sequence) },
  ...{ state: 'delivered', attempts: 1, nextAt: null, reason: null, status: 200 },
  ...{ held: null, waited: null, because: null },
  ...more
})
const waiting = { state: 'pending' as const, acceptedAt: null, reason: 'timeout', status: null }

const row = (id: string | null, members: Partial<AlertTold> = {}): AlertTold => ({
  ...{ subscriptionId: String(id), by: id, contact: null, type: 'tocsin.alert.raised.v1' },
  ...{ state: 'accepted', acceptedAt: null, waitsSince: null },
  ...{ held: null, because: null, reminded: null, repeatHeld: null, answered: null },
  ...members
})

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
  const untried = delivery('a', 9, { ...waiting, attempts: 0 })
  const [partner] = toldPartners([untried, delivery('a', 6, waiting), delivery('a', 2)])
  expect(partner).toMatchObject({ level: 'unknown', waitsSince: at(6) })
  expect(toldPartners([delivery('a', 2)])[0]?.waitsSince).toBeNull()
})

const held = { state: 'pending' as const, acceptedAt: null, attempts: 0 }
it.each<[Partial<AlertDelivery>, string, string | null]>([
  [held, 'unknown', null],
  [{ ...held, endpoint: 'failing' }, 'warn', 'failing'],
  [{ ...held, endpoint: 'down', subscriptionStatus: 'disabled' }, 'warn', 'disabled'],
  [{ ...held, endpoint: 'parked', subscriptionStatus: 'parked' }, 'bad', 'parked'],
  [{ endpoint: 'down' }, 'good', null]
])('says of what waits what stands against it: %j', (more, level, heldBy) => {
  expect(toldPartners([delivery('a', 2, more)])[0]).toMatchObject({ level, heldBy })
})

it('counts once what stands on two pages, as the newer answer has it', () => {
  const pages = [delivery('a', 9), delivery('a', 6, waiting), delivery('a', 9, waiting)]
  expect(toldPartners(pages)[0]?.deliveries).toMatchObject([
    { sequence: 9, state: 'delivered' },
    { sequence: 6, state: 'pending' }
  ])
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

it('says of a reminder that was not taken that it was not', () => {
  const states = ['accepted', 'overtaken', 'pending', 'given-up', 'gone']
  expect(states.map(words.told.newestReminder)).toEqual([
    ...['', '', ' (not taken yet)', ' (not taken)', ' (not taken)']
  ])
})

it('says of a row that a silence holds it, as somebody wanted it, and by which if that may be known', () => {
  const silence: SilenceOver = {
    ...{ id: 'sil_1', isForOne: false, subscriptionId: null, subscriber: null },
    ...{ includesExtreme: false, startsAt: at(0), endsAt: at(30), reason: 'Exercise', by: 'Awa' }
  }
  const rowHeld = (why: AlertTold['held']) =>
    row('a', { state: 'held', waitsSince: at(1), held: why })
  const told: AlertToldList = { items: [], next: null, silences: [silence] }
  const silenced = rowHeld({ reason: 'silenced', until: at(30), by: 'sil_1' })
  const quiet = rowHeld({ reason: 'quiet-hours', until: at(30), by: null })
  const hidden = rowHeld({ reason: null, until: null, by: null })
  const others = [quiet, hidden, rowHeld(null)]
  expect([rowLevel(silenced), ...others.map(rowLevel)]).toEqual([
    'warn',
    ...others.map(() => 'unknown')
  ])
  expect([silenced, ...others].map(each => silenceOf(each, told)?.by ?? null)).toEqual([
    ...['Awa', null, null, null]
  ])
  expect(silenceOf(silenced, { items: [], next: null, silences: [] })).toBeNull()
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

const ended = (members: Partial<Silence> = {}) =>
  aSilence({
    ...{ standing: 'over', alertId: 'a1' },
    ...{ startsAt: at(0), endsAt: at(59), endedAt: at(10), createdAt: at(0) },
    ...members
  })

it('tells for an hour which silences were over an alert, the one that ended last first', () => {
  const lately = (minute: number, ...over: readonly Silence[]) =>
    silencesLately(over, anAlert(), Date.parse(at(0)) + minute * 60_000).map(
      ({ silence }) => silence.id
    )
  const early = ended({ id: 'early', endedAt: at(5) })
  expect(lately(20, early, ended())).toEqual(['sil_1', 'early'])
  expect([9, 69, 70].map(minute => lately(minute, ended()))).toEqual([[], ['sil_1'], []])
  // Its time has passed: nobody ended it.
  const unended = ended({ endedAt: null })
  expect([58, 59].map(minute => lately(minute, unended))).toEqual([[], ['sil_1']])
})

const byFilter = (filter: Silence['filter']) => ({ alertId: null, filter })
const polygon = { type: 'Polygon', coordinates: [] }
const placeless = anAlertAt('a1', {})
const extreme = anAlert({ severity: 'extreme' })
// The circle of the alert is 5 km around 13.88, -5.36: 10 km north of it 5 km meet it, and 4 km do
// not.
const northOf = (km: number) => byFilter({ country: ['ML'], circle: [13.9695, -5.36, km] })
// Null: it may have been. Of a polygon, and of a member that a later suite has, it can not be told
// here, unless another member says no.
it.each<[boolean | null, Partial<Silence>, ReturnType<typeof anAlert>?]>([
  [true, byFilter({ country: ['NE', 'ML'], severity: ['moderate'] })],
  [false, byFilter({ country: ['NE'] })],
  [true, northOf(5)],
  [false, northOf(4)],
  [false, byFilter({ minSeverity: 'severe' })],
  [true, byFilter({ minSeverity: 'moderate' })],
  [false, byFilter({ drill: true })],
  [true, byFilter({ category: ['blockade'] })],
  [null, byFilter({ polygon })],
  [null, byFilter({ toString: ['ML'] })],
  [false, byFilter({ polygon, country: ['NE'] })],
  [false, byFilter({ polygon }), placeless],
  [false, { alertId: 'a2' }],
  [false, byFilter(null)],
  [false, { isBacked: false }],
  [false, {}, extreme],
  [true, { includesExtreme: true }, extreme]
])('tells whether a silence was over an alert: %s, %j', (isOver, members, alert = anAlert()) => {
  const [found] = silencesLately([ended(members)], alert, Date.parse(at(20)))
  expect(found === undefined ? false : found.isSure || null).toBe(isOver)
})

it('tells who has taken something since a silence ended, and who has not yet', () => {
  const items = [
    row('before', { acceptedAt: at(9) }),
    row('late', { acceptedAt: at(12) }),
    row('soon', { acceptedAt: at(11) }),
    row('down', { state: 'waiting', waitsSince: at(1) })
  ]
  const names = (silence: Silence) => {
    const { taken, waiting } = sentSince(silence, { items, next: null, silences: [] })
    return [taken, waiting].map(rows => rows.map(({ subscriptionId }) => subscriptionId))
  }
  expect(names(ended())).toEqual([['soon', 'late'], ['down']])
  expect(names(ended({ isForOne: true, subscriptionId: 'late' }))).toEqual([['late'], []])
  // For one that the reader may not know.
  expect(names(ended({ isForOne: true }))).toEqual([[], []])
})
