// Silences: what the form sends, what is refused where, and what is said of one first.

import './state/a-suite.ts'
import { describe, expect, it } from 'vitest'
import { wholeQueue } from '../src/queue/queue-filter.ts'
import { collectFaults, pathsIn } from '../src/records/field-table.ts'
import {
  blankSilence,
  isJudgedByTocsin,
  makeSilenceBody,
  makeSilenceDraft,
  silenceFields,
  silenceStanding,
  wouldHold
} from '../src/records/subscription.ts'
import type { Silence } from '../src/shown/answers.ts'
import { beginSilence, newSilence, sendSilence } from '../src/state/silences.ts'
import { notSilenced } from '../src/view/queue/filter-words.ts'
import { silencedFrom, silencedWords } from '../src/words/filter-words.ts'
import { aProblem, suiteAnswers } from './state/a-suite.ts'
import { anAlert } from './support/an-alert.ts'
import { aSilence as shownSilence } from './support/records.ts'

const nowMs = Date.parse('2026-03-01T12:00:00Z')
const aSilence = (members: Partial<Silence> = {}) =>
  shownSilence({ filter: { country: ['ML'] }, matches: 2, ...members })

describe('the form of a silence', () => {
  it('sends the alert alone, or what the filter names', () => {
    const draft = {
      ...blankSilence,
      reason: ' Known. ',
      country: ['ML', 'BF'],
      severity: ['minor']
    }
    const whole = { reason: 'Known.', minutes: 60, includesExtreme: false }
    const filter = { severity: ['minor'], country: ['ML', 'BF'] }
    expect(makeSilenceBody(draft)).toEqual({ ...whole, filter })
    const placed = makeSilenceBody({ ...blankSilence, theatre: ['sahel'], admin1: ['ML-4'] })
    expect(placed).toMatchObject({ filter: { theatre: ['sahel'], admin1: ['ML-4'] } })
    const ofOne = { alertId: 'a1', subscriptionId: 'sub_1' }
    expect(makeSilenceBody({ ...draft, ...ofOne })).toEqual({ ...whole, ...ofOne })
  })

  it('edits one with what it has, from now on, and keeps what it has no field for', () => {
    const [circle, handling] = [[14, -4, 50], 'partners'] as const
    const silence = aSilence({
      filter: { country: ['ML', 'BF'], circle },
      ...{ startsAt: '2026-03-01T11:00:00Z', endsAt: '2026-03-01T12:59:30Z' },
      ...{ reason: 'Known.', handling }
    })
    const draft = makeSilenceDraft(silence, nowMs)!
    expect(draft.replaces).toBe(silence.id)
    expect(makeSilenceBody(draft)).toMatchObject({
      ...{ filter: { country: ['ML', 'BF'], circle }, handling, minutes: 60, reason: 'Known.' }
    })
    const later = makeSilenceDraft({ ...silence, startsAt: '2026-03-01T12:30:00Z' }, nowMs)!
    expect(makeSilenceBody(later)).toMatchObject({ startsAt: '2026-03-01T12:30:00Z', minutes: 30 })
    expect(makeSilenceDraft({ ...silence, filter: null }, nowMs)).toBeNull()
  })

  it('names the open alerts that it would hold back', () => {
    const draft = { ...blankSilence, country: ['ML'], severity: ['severe', 'extreme'] }
    const area = { country: ['ML'] }
    const alerts = [
      ...[
        anAlert({ alertId: 'a', area, severity: 'severe' }),
        anAlert({ alertId: 'b', area, severity: 'minor' })
      ],
      anAlert({ alertId: 'c', area, severity: 'extreme' }),
      anAlert({ alertId: 'd', area: { country: ['BF'] }, severity: 'severe' }),
      anAlert({ alertId: 'e', area, severity: 'severe', status: 'resolved' })
    ]
    const held = (given: typeof draft) =>
      alerts.filter(alert => wouldHold(given, alert)).map(({ alertId }) => alertId)
    expect(held(draft)).toEqual(['a'])
    expect(held({ ...draft, includesExtreme: true })).toEqual(['a', 'c'])
    expect(held({ ...draft, alertId: 'd' })).toEqual(['d'])
    const byCategory = { ...draft, category: ['attack'] }
    expect([draft, byCategory].map(isJudgedByTocsin)).toEqual([false, true])
  })

  it('has its refusals at their fields, of what is no number too', () => {
    const typed = { minutes: 'a while' }
    expect(makeSilenceBody({ ...blankSilence, ...typed })).toMatchObject(typed)
    const errors = ['/filter/country/0', '/filter', '/minutes'].map(pointer => ({
      ...{ pointer, detail: 'is wrong' }
    }))
    const { byField, rest } = collectFaults({ detail: 'Invalid.', errors }, pathsIn(silenceFields))
    expect([...byField.keys()]).toEqual(['filter/country', 'minutes'])
    expect(rest).toBe('filter: is wrong')
  })

  it('is told what of the list that it is begun at a silence cannot be', () => {
    const filter = { ...wholeQueue, severity: ['minor'] as const, certainty: ['possible'] }
    expect(notSilenced({ ...filter, country: ['ML'], sort: 'oldest' })).toEqual([])
    const more = { text: 'mopti', status: 'all', unacknowledged: true } as const
    expect(
      notSilenced({ ...filter, ...more, owner: ['nobody'], withOldNews: false, withDrills: false })
    ).toEqual([
      'Search: mopti',
      'Status: All',
      'Owner: Unassigned',
      'Unacknowledged',
      'Without: Old news',
      'Without: Drills'
    ])
  })

  it('that is being typed is kept beside another', () => {
    beginSilence({ alertId: 'a1', headline: 'A siege' })
    newSilence.change({ reason: 'Known.' })
    const omitted = ['Search: mopti']
    beginSilence({ severity: ['minor'], omitted })
    const typed = { alertId: '', severity: ['minor'], reason: '', omitted }
    expect(newSilence.typed.peek()).toMatchObject(typed)
    beginSilence({ alertId: 'a1', headline: 'A siege, revised' })
    expect(newSilence.typed.peek()).toMatchObject({ alertId: 'a1', reason: 'Known.' })
  })
})

describe('a silence of an alert', () => {
  const sent: unknown[] = []
  const press = () => sendSilence(newSilence.typed.peek())

  it('is for the alert as it was seen; where it has changed, that is told, and the next press is for what it is now', async () => {
    suiteAnswers((_, { headers }) => {
      sent.push((headers as Record<string, string>)['if-match'])
      if (sent.length > 1) return Response.json({ id: 'sil_1' }, { status: 201 })
      return aProblem(409, { detail: 'It has escalated.', operatorRevision: 8 })
    })
    beginSilence({ alertId: 'a2', headline: 'A siege', seen: 7 })
    newSilence.change({ reason: 'Known.' })
    expect(await press()).toMatchObject({
      kind: 'refused',
      problem: { detail: expect.stringMatching(/^It has escalated\. .*as it is now/) }
    })
    expect(newSilence.typed.peek()).toMatchObject({ reason: 'Known.', seen: 8 })
    expect(await press()).toMatchObject({ kind: 'ok' })
    expect(sent).toEqual(['"7"', '"8"'])
    // Of a filter nothing was seen.
    beginSilence({ alertId: 'a4', headline: 'A front', seen: 1 })
    newSilence.change({ alertId: '', country: ['ML'] })
    await press()
    expect(sent.at(-1)).toBeUndefined()
  })

  it('that was begun earlier is for the alert as it is looked at now', () => {
    beginSilence({ alertId: 'a3', headline: 'A front', seen: 1 })
    beginSilence({ alertId: 'a3', headline: 'A front', seen: 2 })
    expect(newSilence.typed.peek().seen).toBe(2)
    newSilence.change({ reason: 'Known.' })
    beginSilence({ severity: ['minor'] })
    beginSilence({ alertId: 'a3', headline: 'A front', seen: 3 })
    expect(newSilence.typed.peek()).toMatchObject({ reason: 'Known.', seen: 3 })
  })
})

describe('of a silence', () => {
  it.each<[string, Partial<Silence>]>([
    ['holding', {}],
    ['matches-nothing', { matches: 0 }],
    ['holding', { matches: null }],
    ['unbacked', { isBacked: false }],
    ['waiting', { standing: 'waiting', matches: 0 }],
    ['over', { standing: 'over' }],
    ['over', { endsAt: '2026-03-01T12:00:00Z' }]
  ])('is said first why it mutes nothing: %s', (standing, members) => {
    expect(silenceStanding(aSilence(members), nowMs)).toBe(standing)
  })

  it.each<[string, Partial<Silence>]>([
    ['Country: ML', {}],
    ['all alerts', { filter: {} }],
    ['one alert', { alertId: 'a1' }],
    ['hidden from you', { filter: null }]
  ])('is told what it is for, as far as the reader may know: %s', (said, members) => {
    expect(silencedWords(aSilence(members))).toBe(said)
  })

  const subscriber = { subscriptionId: 'sub_1', by: 'Open desk', contact: null }
  it.each<[string, Partial<Silence>]>([
    ['every subscription with a policy', { isForOne: false }],
    ['one subscription, hidden from you', { isForOne: true, by: null }],
    ['Open desk', { isForOne: true, subscriptionId: 'sub_1', subscriber }]
  ])('is told from whom it holds that back: %s', (said, members) => {
    expect(silencedFrom(aSilence(members), [])).toBe(said)
  })
})
