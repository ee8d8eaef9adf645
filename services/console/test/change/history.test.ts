// What differs between states of an alert, and what changed last.

import { describe, expect, it } from 'vitest'
import {
  changesBetween,
  changeWords,
  lastChanges,
  listHistory
} from '../../src/change/alert-changes.ts'
import type { ShownAlert } from '../../src/shown/shown-alert.ts'
import { pieceWords } from '../../src/words/alert-words.ts'
import { anAlert } from '../support/an-alert.ts'
import { aPiece, aPlace } from '../support/evidence.ts'

const piece = (incidentId: string) => ({ incidentId, role: 'trigger', handling: 'public' }) as const
const restingOn = (ids: readonly string[], triggers = ids.length): ShownAlert =>
  anAlert({ evidence: ids.map(piece), evidenceCount: { triggers, support: 0 } })
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `i${from + i}`)
const nameOf = (id: string) => `piece ${id}`
const changed = (before: ShownAlert, after: ShownAlert) =>
  changesBetween(before, after, nameOf).map(changeWords)

describe('the evidence of an event', () => {
  it('is named where it came or went', () => {
    expect(changed(restingOn(['i1', 'i2']), restingOn(['i2', 'i3', 'i4']))).toEqual([
      'evidence: 2 → 3',
      'new evidence: piece i3; piece i4',
      'evidence no longer: piece i1'
    ])
    expect(changed(restingOn(['i1', 'i2']), restingOn(['i2', 'i1']))).toEqual([])
  })

  it('is not said to be new or gone where it may have been behind the first that are named', () => {
    const [many, more] = [restingOn(numbered(0, 20), 21), restingOn(numbered(1, 21), 22)]
    expect(changed(many, more)).toEqual(['evidence: 21 → 22'])
    // All were named before, and not after: what came is known, what stands no longer among the
    // first may be there.
    expect(changed(restingOn(numbered(0, 20)), restingOn(numbered(1, 21), 21))).toEqual([
      'evidence: 20 → 21',
      'new evidence: piece i20'
    ])
    expect(changed(restingOn(numbered(1, 21), 21), restingOn(numbered(0, 20)))).toEqual([
      'evidence: 21 → 20',
      'evidence no longer: piece i20'
    ])
  })

  it('is counted only where nothing is known of its incidents', () => {
    expect(
      changesBetween(restingOn(['i1']), restingOn(['i1', 'i2'])).map(({ what }) => what)
    ).toEqual(['evidence'])
  })

  it('is named by its incident, by its id where that is not known, in each event of the history', () => {
    const known = aPiece({
      ...{
        incidentId: 'i2',
        category: 'raid',
        place: aPlace({ country: null, admin1: null, lat: null, radiusKm: null })
      },
      occurred: { from: '2026-02-20T00:00:00.000Z', to: '2026-02-20T00:00:00.000Z' }
    })
    const words = (id: string) => pieceWords([known], id)
    const states = [restingOn(['i1']), restingOn(['i1', 'i2']), restingOn(['i2'])]
    const events = states.map((data, i) => ({ id: String(i), type: 'revised', time: '', data }))
    expect(listHistory(events, 0, words).map(({ changes }) => changes?.map(changeWords))).toEqual([
      ['evidence: 2 → 1', 'evidence no longer: Incident i1'],
      ['evidence: 1 → 2', 'new evidence: Raid: Diosso, 20 Feb 2026'],
      []
    ])
  })
})

it('names several pieces each by itself, so that none turns the next one around', () => {
  const changes = changesBetween(restingOn(['i1']), restingOn(['i1', 'i2', 'i3']), id => `at ${id}`)
  expect(changes).toContainEqual({
    ...{ what: 'new evidence', before: '', after: 'at i2; at i3', pieces: ['at i2', 'at i3'] }
  })
})

describe('the levels of an event', () => {
  const reached = (...reasons: string[]) =>
    anAlert({
      levels: reasons.map((reason, level) => ({ level, at: '2026-02-20T00:00:00.000Z', reason }))
    })

  it.each([
    [['partial', 'full'], ['partial', 'full', 'hunger'], ['new levels: hunger']],
    [['partial', 'full'], ['partial'], ['levels no longer: full']],
    [
      ['partial', 'full'],
      ['partial', 'hunger'],
      ['new levels: hunger', 'levels no longer: full']
    ],
    [['full', 'full'], ['full', 'full', 'full'], ['new levels: full']],
    [['partial', 'full'], ['full', 'partial'], ['levels: partial, full → full, partial']]
  ])('from %j to %j are told as what changed', (before, after, told) => {
    expect(changed(reached(...before), reached(...after))).toEqual(told)
  })
})

const at = (day: string) => `2026-03-${day}T00:00:00.000Z`
const alert = (alertId: string, day: string, more = {}) => {
  const time = at(day)
  return anAlert({
    alertId,
    times: { occurredFrom: time, firstReportedAt: time, detectedAt: time },
    ...more
  })
}
const told = (changes: ReturnType<typeof lastChanges>) =>
  changes.map(({ alert: { alertId }, atMs, severityBefore }) => [
    alertId,
    new Date(atMs).toISOString(),
    severityBefore
  ])

it('is the newest first, with what an alert was before where that was seen', () => {
  const [old, young] = [alert('old', '01', { severity: 'severe' }), alert('young', '05')]
  const first = lastChanges(null, [old, young], Date.parse(at('06')))
  expect(told(first)).toEqual([
    ['young', at('05'), null],
    ['old', at('01'), null]
  ])
  const graver = alert('old', '07', { severity: 'extreme', revision: old.revision + 1 })
  const second = lastChanges(first, [graver, young], Date.parse(at('07')))
  expect(told(second)).toEqual([
    ['old', at('07'), 'severe'],
    ['young', at('05'), null]
  ])
})

it('has one order, whatever the order in which alerts came', () => {
  const all = ['a', 'b', 'c'].map(id => alert(id, '05'))
  expect(told(lastChanges(null, all.toReversed(), Date.parse(at('06'))))).toEqual(
    told(lastChanges(null, all, Date.parse(at('06'))))
  )
})

it('is an act of an officer when it comes', () => {
  const [old, young] = [alert('old', '01'), alert('young', '05')]
  const first = lastChanges(null, [old, young], Date.parse(at('06')))
  const taken = { ...old, operatorRevision: old.operatorRevision + 1 }
  const second = lastChanges(first, [taken, young], Date.parse(at('08')))
  expect(told(second)[0]).toEqual(['old', at('08'), null])
})
