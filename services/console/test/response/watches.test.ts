// Watches: who is on and when nobody is, and what the forms of a change and of handing over send.

import { describe, expect, it } from 'vitest'
import type { Subscription } from '../../src/shown/subscription.ts'
import type { Shift, Watch } from '../../src/shown/watch.ts'
import { faultsOf } from '../../src/upkeep/field-faults.ts'
import { subscriptionName } from '../../src/upkeep/subscriber-name.ts'
import {
  blankWatch,
  bodyOfHandOver,
  bodyOfWatch,
  changeOfWatch,
  distinctNames,
  draftOfHandOver,
  draftOfWatch,
  nextShift,
  officersOn,
  typedInChange,
  typedInHandOver,
  watchFields
} from '../../src/upkeep/watch-draft.ts'
import { holesIn, unstaffedAmong, watchStanding } from '../../src/upkeep/watch-standing.ts'
import { words } from '../../src/words/words.ts'
import { aWatch as shownWatch } from '../support/records.ts'

const nowMs = Date.parse('2026-03-01T12:00:00Z')
const at = (hour: number) => Date.parse('2026-03-01T00:00:00Z') + hour * 3_600_000
const aShift = (from: string, until: string, members: Partial<Shift> = {}): Shift => ({
  ...{ officer: 'Ama', lines: ['sub_1'], note: null },
  from: `2026-03-01T${from}Z`,
  until: `2026-03-01T${until}Z`,
  ...members
})
const over = aShift('00:00:00', '06:00:00.500')
const on = aShift('06:00:00.500', '14:00:00', { note: 'Two are open.' })
const ahead = aShift('16:00:00', '22:00:00', { officer: 'Kofi', lines: ['sub_2', 'sub_1'] })
const aWatch = (members: Partial<Watch> = {}) =>
  shownWatch({ shifts: [over, on, ahead], onWatch: [on], next: ahead, ...members })

describe('of a watch', () => {
  it('is told above every view while nobody can be reached on one that somebody follows', () => {
    const of = (name: string, more: object = {}) => ({ ...aWatch(more), name })
    const nobody = { onWatch: [], isUnstaffed: true }
    const all = [
      of('Day'),
      of('Night', nobody),
      of('Joint', { isUnstaffed: true }),
      of('Spare', { ...nobody, isFollowed: false })
    ]
    expect(unstaffedAmong(all, nowMs)).toEqual(['Night', 'Joint'])
    expect(words.watches.unstaffed(['Night'])).toBe('Nobody can be reached on Night')
    expect(words.watches.unstaffed(['Night', 'Joint'])).toBe(
      'Nobody can be reached on Night and 1 more'
    )
  })

  it('is said first whether anybody is on, and whether they can be told', () => {
    expect(watchStanding(aWatch(), nowMs)).toBe('reached')
    expect(watchStanding(aWatch({ isUnstaffed: true }), nowMs)).toBe('unheard')
    expect(watchStanding(aWatch({ onWatch: [], isUnstaffed: true }), nowMs)).toBe('nobody')
    expect(watchStanding(aWatch({ onWatch: [] }), nowMs)).toBe('unfollowed')
    expect(watchStanding(aWatch({ isFollowed: true }), nowMs)).toBe('reached')
    expect(watchStanding(aWatch({ isFollowed: false }), nowMs)).toBe('untold')
    expect(watchStanding(aWatch({ isFollowed: false, isUnstaffed: true }), nowMs)).toBe('unheard')
    // The shift that was on when it was told is over.
    expect(watchStanding(aWatch(), at(14))).toBe('nobody')
  })

  it('is known from when to when nobody is planned', () => {
    const open = (fromMs: number) => ({ fromMs, toMs: null })
    expect(holesIn([over, on, ahead], nowMs)).toEqual([
      { fromMs: at(14), toMs: at(16) },
      open(at(22))
    ])
    expect(holesIn([], nowMs)).toEqual([open(nowMs)])
    // One within another, in any order.
    expect(holesIn([ahead, aShift('12:00:00', '23:00:00')], nowMs)).toEqual([open(at(23))])
    expect(holesIn([ahead], nowMs)[0]).toEqual({ fromMs: nowMs, toMs: at(16) })
  })
})

describe('a line of a watch', () => {
  const managed = { id: 'sub_1', url: 'https://a.example/hook' } as Subscription
  const named = (subscriptionId: string, by: string | null, contact: string | null) => ({
    subscriptionId,
    by,
    contact
  })
  const known = {
    own: [managed],
    names: [named('sub_2', 'Desk', '+223 1'), named('sub_3', null, null)],
    unnamed: 'no key'
  }

  it('is called by its address, else by who holds it, else by its id', () => {
    const names = ['sub_1', 'sub_2', 'sub_3', 'sub_4'].map(id => subscriptionName(id, known))
    expect(names).toEqual(['https://a.example/hook', 'Desk (+223 1)', 'no key', 'sub_4'])
  })
})

describe('the form of a watch', () => {
  it('sends nothing that was left empty, and what is no number as it was typed', () => {
    expect(bodyOfWatch({ ...blankWatch, name: ' Desk ' })).toEqual({
      name: 'Desk',
      lineMinutes: 5,
      shifts: []
    })
    expect(bodyOfWatch({ ...blankWatch, name: 'Desk', lineMinutes: 'soon' })).toMatchObject({
      lineMinutes: 'soon'
    })
    expect(bodyOfWatch({ ...blankWatch, name: 'Desk', lineMinutes: '' })).toEqual({
      name: 'Desk',
      shifts: []
    })
  })

  it('sends of a change what differs, exact times where the minute is the same, and keeps what is over', () => {
    const draft = draftOfWatch(aWatch(), nowMs)
    expect(draft.shifts.map(({ from }) => from)).toEqual(['2026-03-01T06:00', '2026-03-01T16:00'])
    expect(changeOfWatch(draft)).toEqual({})
    expect(changeOfWatch({ ...draft, name: 'Desk' })).toEqual({ name: 'Desk' })
    const [first, second] = draft.shifts as [(typeof draft.shifts)[0], (typeof draft.shifts)[0]]
    const longer = { ...draft, shifts: [{ ...first, until: '2026-03-01T16:00' }, second] }
    expect(changeOfWatch(longer)).toEqual({
      shifts: [{ ...on, until: '2026-03-01T16:00:00Z' }, ahead, over]
    })
    expect(changeOfWatch({ ...draft, shifts: [second] })).toEqual({ shifts: [ahead, over] })
  })

  it('begins a further shift where the last ends', () => {
    const { shifts } = draftOfWatch(aWatch(), nowMs)
    expect(nextShift(shifts, nowMs)).toMatchObject({
      from: '2026-03-01T22:00',
      until: '2026-03-02T04:00',
      lines: ['sub_2', 'sub_1']
    })
    expect(nextShift([], nowMs)).toMatchObject({
      officer: '',
      from: '2026-03-01T12:00',
      until: '2026-03-01T20:00',
      lines: []
    })
  })

  it('has its refusals at the fields of their shift', () => {
    const errors = [
      { pointer: '/shifts/1/until', detail: 'must be after its beginning' },
      { pointer: '/shifts/11/lines/0', detail: 'must be a subscription that you manage' },
      { pointer: '/shifts', detail: 'must be at most 200' }
    ]
    const { byField, rest } = faultsOf({ detail: 'Invalid.', errors }, watchFields)
    expect([[...byField.keys()], rest]).toEqual([
      ['shifts/1/until', 'shifts/11/lines', 'shifts'],
      null
    ])
  })
})

describe('handing over', () => {
  it('begins with the lines and the end of the next shift, and says of which version it is', () => {
    const draft = { ...draftOfHandOver(aWatch(), nowMs), until: '2026-03-01T14:00' }
    expect(draft).toEqual({
      ...{
        of: 'wat_1',
        version: 3,
        officer: '',
        relieves: '',
        until: '2026-03-01T14:00',
        lines: ['sub_2', 'sub_1'],
        note: ''
      }
    })
    expect(draftOfHandOver(aWatch({ next: null }), nowMs).lines).toEqual(['sub_1'])
    expect(bodyOfHandOver({ ...draft, officer: ' Kofi ', note: ' Two are open. ' })).toEqual({
      ...{
        version: 3,
        officer: 'Kofi',
        until: '2026-03-01T14:00:00Z',
        lines: ['sub_2', 'sub_1'],
        note: 'Two are open.'
      }
    })
  })

  it('proposes the end of the next shift, or lasts as long as the one that is on, and never ends with who leaves', () => {
    const until = (members: Partial<Watch>) => draftOfHandOver(aWatch(members), nowMs).until
    expect(until({})).toBe('2026-03-01T22:00')
    // From 06:00 to 14:00 is eight hours.
    expect(until({ next: null })).toBe('2026-03-01T20:00')
    expect(until({ next: null, onWatch: [] })).toBe('2026-03-01T20:00')
    expect(until({ next: null, onWatch: [aShift('00:00:00', '12:00:00')] })).toBe(
      '2026-03-02T00:00'
    )
    // What was planned when the list was asked for is over.
    expect(until({ next: over, onWatch: [] })).toBe('2026-03-01T20:00')
  })

  it('names who is relieved where several are on', () => {
    const two = aWatch({ onWatch: [on, { ...on, officer: 'Ben' }, on] })
    expect([officersOn(two), officersOn(aWatch({ onWatch: [] }))]).toEqual([
      [on.officer, 'Ben'],
      []
    ])
    expect(bodyOfHandOver({ ...draftOfHandOver(two, nowMs), relieves: 'Ben' })).toMatchObject({
      relieves: 'Ben'
    })
  })

  it('of a watch that nobody is on leaves out what was not chosen', () => {
    const draft = draftOfHandOver(aWatch({ onWatch: [], next: null }), nowMs)
    expect(bodyOfHandOver({ ...draft, officer: 'Kofi', until: '' })).toEqual({
      version: 3,
      officer: 'Kofi',
      until: ''
    })
  })
})

it('knows what was typed of a watch that has gone', () => {
  const handOver = draftOfHandOver(aWatch(), nowMs)
  expect(typedInHandOver(handOver)).toBe('')
  expect(typedInHandOver({ ...handOver, officer: ' Kofi ', note: 'Two are open.' })).toBe(
    'Kofi\nTwo are open.'
  )
  const change = draftOfWatch(aWatch(), nowMs)
  expect(typedInChange(change)).toBe('')
  const [first, ...rest] = change.shifts as [(typeof change.shifts)[0]]
  expect(
    typedInChange({ ...change, name: 'Desk', shifts: [{ ...first, note: 'Three are.' }, ...rest] })
  ).toBe('Desk\nThree are.')
})

it('tells apart by id what has one name', () => {
  const all = [
    { id: 'a', name: 'Desk' },
    { id: 'b', name: 'Desk' },
    { id: 'c', name: 'Other' }
  ]
  expect(distinctNames(all).map(({ name }) => name)).toEqual(['Desk (a)', 'Desk (b)', 'Other'])
})
