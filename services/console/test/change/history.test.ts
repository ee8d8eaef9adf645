// What an event of an alert changed, in lists: only what came and what went, by its name.

import { describe, expect, it } from 'vitest'
import { changesBetween, changeWords, listHistory } from '../../src/change/alert-changes.ts'
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
