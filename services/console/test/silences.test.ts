// Silences: what the form sends, what is refused where, and what is said of one first.

import './state/a-suite.ts'
import { describe, expect, it } from 'vitest'
import { wholeQueue } from '../src/queue/queue-filter.ts'
import type { Silence } from '../src/shown/silence.ts'
import { beginSilence, newSilence, sendSilence } from '../src/state/webhooks/silences.ts'
import { faultsOf } from '../src/upkeep/field-faults.ts'
import {
  blankSilence,
  bodyOfSilence,
  nameOfSilence,
  silenceFields,
  silenceStanding
} from '../src/upkeep/silence-draft.ts'
import { silencedFrom, silencedWords } from '../src/upkeep/silenced-words.ts'
import { notSilenced } from '../src/view/queue/filter-words.ts'
import { aProblem, suiteAnswers } from './state/a-suite.ts'
import { aSilence as shownSilence } from './support/records.ts'

const nowMs = Date.parse('2026-03-01T12:00:00Z')
const aSilence = (members: Partial<Silence> = {}) =>
  shownSilence({ filter: { country: ['ML'] }, matches: 2, holds: 0, ...members })

describe('the form of a silence', () => {
  it('sends the alert alone, or what the filter names', () => {
    const draft = { ...blankSilence, reason: ' Known. ', country: 'ml, bf', severity: 'minor' }
    expect(bodyOfSilence(draft)).toEqual({
      ...{ reason: 'Known.', minutes: 60, includesExtreme: false },
      filter: { severity: ['minor'], country: ['ML', 'BF'] }
    })
    const placed = bodyOfSilence({ ...blankSilence, theatre: 'sahel', admin1: 'ml-4' })
    expect(placed).toMatchObject({ filter: { theatre: ['sahel'], admin1: ['ML-4'] } })
    expect(bodyOfSilence({ ...draft, alertId: 'a1', subscriptionId: 'sub_1' })).toEqual({
      ...{
        reason: 'Known.',
        minutes: 60,
        includesExtreme: false,
        alertId: 'a1',
        subscriptionId: 'sub_1'
      }
    })
  })

  it('has its refusals at their fields, of what is no number too', () => {
    expect(bodyOfSilence({ ...blankSilence, minutes: 'a while' })).toMatchObject({
      minutes: 'a while'
    })
    const errors = [
      { pointer: '/filter/country/0', detail: 'no such country' },
      { pointer: '/filter', detail: 'must name something' },
      { pointer: '/minutes', detail: 'must be a number' }
    ]
    const { byField, rest } = faultsOf({ detail: 'Invalid.', errors }, silenceFields)
    expect([[...byField.keys()], rest]).toEqual([['filter/country', 'filter', 'minutes'], null])
  })
})

describe('what a silence cannot be', () => {
  it('is told of the list that it is begun at', () => {
    const filter = {
      ...wholeQueue,
      severity: ['minor'] as const,
      certainty: 'possible',
      country: 'ML',
      sort: 'oldest' as const
    }
    expect(notSilenced(filter)).toEqual([])
    const more = {
      ...filter,
      text: 'mopti',
      status: 'all' as const,
      holder: 'nobody' as const,
      unanswered: true
    }
    expect(notSilenced({ ...more, withOldNews: false, withDrills: false })).toEqual([
      ...[
        'Search: mopti',
        'Status: All',
        'Taken: By nobody',
        'Nobody answered',
        'Without: Old news',
        'Without: Drills'
      ]
    ])
  })

  it('one that is being typed is kept beside another', () => {
    beginSilence({ alertId: 'a1', headline: 'A siege' })
    newSilence.change({ reason: 'Known.' })
    beginSilence({ severity: 'minor', omitted: ['Search: mopti'] })
    expect(newSilence.typed.peek()).toMatchObject({
      alertId: '',
      severity: 'minor',
      reason: '',
      omitted: ['Search: mopti']
    })
    expect(newSilence.left.peek().map(nameOfSilence)).toEqual(['Known.'])
    beginSilence({ alertId: 'a1', headline: 'A siege, revised' })
    expect(newSilence.typed.peek()).toMatchObject({ alertId: 'a1', reason: 'Known.' })
    // In the other nothing was typed.
    expect(newSilence.left.peek()).toEqual([])
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
  })

  it('that was begun earlier is for the alert as it is looked at now', () => {
    beginSilence({ alertId: 'a3', headline: 'A front', seen: 1 })
    beginSilence({ alertId: 'a3', headline: 'A front', seen: 2 })
    expect(newSilence.typed.peek().seen).toBe(2)
    newSilence.change({ reason: 'Known.' })
    beginSilence({ severity: 'minor' })
    beginSilence({ alertId: 'a3', headline: 'A front', seen: 3 })
    expect(newSilence.typed.peek()).toMatchObject({ reason: 'Known.', seen: 3 })
  })

  it('says nothing of what was seen where a filter is named instead', async () => {
    suiteAnswers((_, { headers }) => {
      sent.push((headers as Record<string, string>)['if-match'])
      return Response.json({ id: 'sil_2' }, { status: 201 })
    })
    beginSilence({ alertId: 'a4', headline: 'A front', seen: 1 })
    newSilence.change({ alertId: '', country: 'ML' })
    await press()
    expect(sent.at(-1)).toBeUndefined()
  })
})

describe('of a silence', () => {
  it('is said first why it mutes nothing', () => {
    const said = (members: Partial<Silence>) => silenceStanding(aSilence(members), nowMs)
    expect(said({})).toBe('holding')
    expect(said({ matches: 0 })).toBe('matches-nothing')
    expect(said({ matches: null })).toBe('holding')
    expect(said({ isBacked: false })).toBe('unbacked')
    expect(said({ standing: 'waiting', matches: 0 })).toBe('waiting')
    expect([said({ standing: 'over' }), said({ endsAt: '2026-03-01T12:00:00Z' })]).toEqual([
      'over',
      'over'
    ])
  })

  it('is told what it is for, as far as the reader may know', () => {
    expect(silencedWords(aSilence())).toBe('country: ML')
    expect(silencedWords(aSilence({ filter: {} }))).toBe('all alerts')
    expect(silencedWords(aSilence({ alertId: 'a1' }))).toBe('one alert')
    expect(silencedWords(aSilence({ filter: null }))).toBe('not told to you')
  })

  it('is told from whom it holds that back, and one that is not named is not taken for all', () => {
    expect(silencedFrom(aSilence({ isForOne: false }), [])).toBe('every subscription with a policy')
    expect(silencedFrom(aSilence({ isForOne: true, by: null }), [])).toBe(
      'one subscription, which is not told to you'
    )
    const subscriber = { subscriptionId: 'sub_1', by: 'Open desk', contact: null }
    expect(
      silencedFrom(aSilence({ isForOne: true, subscriptionId: 'sub_1', subscriber }), [])
    ).toBe('Open desk')
  })
})
