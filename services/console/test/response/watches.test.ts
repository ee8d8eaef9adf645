// Watches: who is on and when nobody is, and what the forms of a change and of handing over send.

import { describe, expect, it } from 'vitest'
import type { Shift, Watch } from '../../src/shown/answers.ts'
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
import { aSubscription, aWatch as shownWatch } from '../support/records.ts'

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
    const of = (name: string, more: Partial<Watch> = {}) => aWatch({ name, ...more })
    const nobody = { onWatch: [], isUnstaffed: true }
    const joint = of('Joint', { isUnstaffed: true })
    const spare = of('Spare', { ...nobody, isFollowed: false })
    const all = [of('Day'), of('Night', nobody), joint, spare]
    expect(unstaffedAmong(all, nowMs)).toEqual(['Night', 'Joint'])
    expect(words.views.unstaffed(['Night'])).toBe('Nobody can be reached on Night')
    expect(words.views.unstaffed(['Night', 'Joint'])).toBe(
      'Nobody can be reached on Night and 1 more'
    )
  })

  it.each<[string, Partial<Watch>, number?]>([
    ['reached', {}],
    ['unheard', { isUnstaffed: true }],
    ['nobody', { onWatch: [], isUnstaffed: true }],
    ['unfollowed', { onWatch: [] }],
    ['reached', { isFollowed: true }],
    ['untold', { isFollowed: false }],
    ['unheard', { isFollowed: false, isUnstaffed: true }],
    // The shift that was on when it was told is over.
    ['nobody', {}, at(14)]
  ])('is said whether somebody is on and is told: %s', (standing, members, atMs = nowMs) => {
    expect(watchStanding(aWatch(members), atMs)).toBe(standing)
  })

  it('is known from when to when nobody is planned', () => {
    const holes = (...shifts: readonly Shift[]) =>
      holesIn(shifts, nowMs).map(({ fromMs, toMs }) => [fromMs, toMs])
    expect(holes(over, on, ahead)).toEqual([
      [at(14), at(16)],
      [at(22), null]
    ])
    expect(holes()).toEqual([[nowMs, null]])
    // One within another, in any order.
    expect(holes(ahead, aShift('12:00:00', '23:00:00'))).toEqual([[at(23), null]])
    expect(holes(ahead)[0]).toEqual([nowMs, at(16)])
  })

  it('a line is called by its address, else by who holds it, else by its id', () => {
    const known = {
      own: [aSubscription({ url: 'https://a.example/hook' })],
      names: [
        { subscriptionId: 'sub_2', by: 'Desk', contact: '+223 1' },
        { subscriptionId: 'sub_3', by: null, contact: null }
      ],
      unnamed: 'no key'
    }
    const names = ['sub_1', 'sub_2', 'sub_3', 'sub_4'].map(id => subscriptionName(id, known))
    expect(names).toEqual(['https://a.example/hook', 'Desk (+223 1)', 'no key', 'sub_4'])
  })
})

describe('the form of a watch', () => {
  it('sends nothing that was left empty, and what is no number as it was typed', () => {
    const sent = (lineMinutes: string) =>
      bodyOfWatch({ ...blankWatch, name: ' Desk ', lineMinutes })
    expect(sent(blankWatch.lineMinutes)).toEqual({ name: 'Desk', lineMinutes: 5, shifts: [] })
    expect(sent('soon')).toMatchObject({ lineMinutes: 'soon' })
    expect(sent('')).toEqual({ name: 'Desk', shifts: [] })
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
    const span = ({ from, until }: ReturnType<typeof nextShift>) => `${from} to ${until}`
    const further = nextShift(draftOfWatch(aWatch(), nowMs).shifts, nowMs)
    expect(span(further)).toBe('2026-03-01T22:00 to 2026-03-02T04:00')
    expect(further.lines).toEqual(['sub_2', 'sub_1'])
    const first = nextShift([], nowMs)
    expect(span(first)).toBe('2026-03-01T12:00 to 2026-03-01T20:00')
    expect(first).toMatchObject({ officer: '', lines: [] })
  })

  it('has its refusals at the fields of their shift', () => {
    const pointers = ['/shifts/1/until', '/shifts/11/lines/0', '/shifts']
    const errors = pointers.map(pointer => ({ pointer, detail: 'is wrong' }))
    const { byField, rest } = faultsOf({ detail: 'Invalid.', errors }, watchFields)
    const fields = ['shifts/1/until', 'shifts/11/lines', 'shifts']
    expect([[...byField.keys()], rest]).toEqual([fields, null])
  })
})

describe('handing over', () => {
  it('begins with the lines and the end of the next shift, and says of which version it is', () => {
    const draft = { ...draftOfHandOver(aWatch(), nowMs), until: '2026-03-01T14:00' }
    const lines = ['sub_2', 'sub_1']
    expect(draft).toEqual({
      ...{ of: 'wat_1', version: 3, officer: '', relieves: '', until: '2026-03-01T14:00' },
      ...{ lines, note: '' }
    })
    expect(draftOfHandOver(aWatch({ next: null }), nowMs).lines).toEqual(['sub_1'])
    expect(bodyOfHandOver({ ...draft, officer: ' Kofi ', note: ' Two are open. ' })).toEqual({
      ...{
        version: 3,
        officer: 'Kofi',
        until: '2026-03-01T14:00:00Z',
        lines,
        note: 'Two are open.'
      }
    })
  })

  it.each<[string, Partial<Watch>]>([
    ['2026-03-01T22:00', {}],
    // From 06:00 to 14:00 is eight hours.
    ['2026-03-01T20:00', { next: null }],
    ['2026-03-01T20:00', { next: null, onWatch: [] }],
    ['2026-03-02T00:00', { next: null, onWatch: [aShift('00:00:00', '12:00:00')] }],
    // What was planned when the list was asked for is over.
    ['2026-03-01T20:00', { next: over, onWatch: [] }]
  ])('proposes the end of the next shift, or one as long: %s', (until, members) => {
    expect(draftOfHandOver(aWatch(members), nowMs).until).toBe(until)
  })

  it('names who is relieved where several are on', () => {
    const two = aWatch({ onWatch: [on, { ...on, officer: 'Ben' }, on] })
    expect(officersOn(two)).toEqual([on.officer, 'Ben'])
    expect(officersOn(aWatch({ onWatch: [] }))).toEqual([])
    const relieves = 'Ben'
    const body = bodyOfHandOver({ ...draftOfHandOver(two, nowMs), relieves })
    expect(body).toMatchObject({ relieves })
  })

  it('of a watch that nobody is on leaves out what was not chosen', () => {
    const draft = draftOfHandOver(aWatch({ onWatch: [], next: null }), nowMs)
    const typed = { officer: 'Kofi', until: '' }
    expect(bodyOfHandOver({ ...draft, ...typed })).toEqual({ version: 3, ...typed })
  })
})

it('knows what was typed of a watch that has gone', () => {
  const handOver = draftOfHandOver(aWatch(), nowMs)
  const handed = { officer: ' Kofi ', note: 'Two are open.' }
  expect(typedInHandOver(handOver)).toBe('')
  expect(typedInHandOver({ ...handOver, ...handed })).toBe('Kofi\nTwo are open.')
  const change = draftOfWatch(aWatch(), nowMs)
  expect(typedInChange(change)).toBe('')
  const [first, ...rest] = change.shifts as [(typeof change.shifts)[0]]
  const shifts = [{ ...first, note: 'Three are.' }, ...rest]
  expect(typedInChange({ ...change, name: 'Desk', shifts })).toBe('Desk\nThree are.')
})

it('tells apart by id what has one name', () => {
  const all = ['Desk', 'Desk', 'Other'].map((name, i) => ({ id: `w${i}`, name }))
  expect(distinctNames(all).map(({ name }) => name)).toEqual(['Desk (w0)', 'Desk (w1)', 'Other'])
})
