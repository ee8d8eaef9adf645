// Rosters: what is typed and sent, who is on shift, and a week as a calendar.

import { describe, expect, it } from 'vitest'
import { collectFaults } from '../../src/records/field-table.ts'
import {
  beginDraft,
  blankWatch,
  computeMonday,
  distinctNames,
  formatCalendar,
  holesIn,
  isSendable,
  listRotationShifts,
  makeWatchBody,
  officersOn,
  rosterWeek,
  unstaffedAmong,
  watchPaths,
  watchStanding
} from '../../src/records/roster.ts'
import type { Shift, Watch } from '../../src/shown/answers.ts'
import { subscriptionName } from '../../src/words/filter-words.ts'
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
  it.each([
    ['shift', ['sub_1'], true],
    ['shift', [], false],
    ['rotation', [], false],
    ['hand-over', [], true],
    ['change', [], true]
  ] as const)('is sent with a step where it plans shifts: %s, %j', (kind, lines, isSent) => {
    const draft = { ...beginDraft(kind, aWatch(), nowMs), officers: 'Ama', lines }
    expect(isSendable(draft)).toBe(isSent)
  })

  it('is told above every view while nobody can be reached on one that somebody follows', () => {
    const of = (name: string, more: Partial<Watch> = {}) => aWatch({ name, ...more })
    const nobody = { onWatch: [], isUnstaffed: true }
    const joint = of('Joint', { isUnstaffed: true })
    const spare = of('Spare', { ...nobody, isFollowed: false })
    const all = [of('Day'), of('Night', nobody), joint, spare]
    expect(unstaffedAmong(all, nowMs)).toEqual(['Night', 'Joint'])
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

describe('the form of a roster', () => {
  it('sends nothing that was left empty', () => {
    expect(makeWatchBody({ ...blankWatch, name: ' Desk ' }, null)).toEqual({ name: 'Desk' })
  })

  it('sends of a change what differs', () => {
    const draft = beginDraft('change', aWatch(), nowMs)
    expect(makeWatchBody(draft, aWatch())).toEqual({ version: 3 })
    expect(makeWatchBody({ ...draft, name: 'Desk' }, aWatch())).toEqual({
      version: 3,
      name: 'Desk'
    })
  })
})

describe('the form of a shift', () => {
  it('sends it first, its exact times where the minute is the same, and the others as they are', () => {
    const draft = beginDraft('shift', aWatch(), nowMs, { was: on })
    expect([draft.from, draft.note]).toEqual(['2026-03-01T06:00', 'Two are open.'])
    expect(makeWatchBody({ ...draft, until: '2026-03-01T16:00' }, aWatch())).toEqual({
      version: 3,
      shifts: [{ ...on, until: '2026-03-01T16:00:00Z' }, over, ahead]
    })
    expect(makeWatchBody({ ...draft, until: 'noon' }, aWatch())).toMatchObject({
      shifts: [{ until: 'noon' }, {}, {}]
    })
  })

  it('begins a further one where the last ends, as long, or in a gap', () => {
    const span = (draft: ReturnType<typeof beginDraft>) => `${draft.from} to ${draft.until}`
    const further = beginDraft('shift', aWatch(), nowMs)
    expect(span(further)).toBe('2026-03-01T22:00 to 2026-03-02T04:00')
    expect(further.lines).toEqual(['sub_2', 'sub_1'])
    const first = beginDraft('shift', aWatch({ shifts: [] }), nowMs)
    expect(span(first)).toBe('2026-03-01T12:00 to 2026-03-01T20:00')
    const gap = { fromMs: at(14), untilMs: at(16) }
    expect(span(beginDraft('shift', aWatch(), nowMs, { gap }))).toBe(
      '2026-03-01T14:00 to 2026-03-01T16:00'
    )
  })

  it('has its refusals at its fields', () => {
    const pointers = ['/shifts/0/until', '/shifts/0/lines/0', '/shifts/11/from']
    const errors = pointers.map(pointer => ({ pointer, detail: 'is wrong' }))
    const { byField, rest } = collectFaults({ detail: 'Invalid.', errors }, watchPaths)
    const fields = ['shifts/0/until', 'shifts/0/lines', 'shifts']
    expect([[...byField.keys()], rest]).toEqual([fields, null])
  })
})

describe('a rotation', () => {
  const rotation = {
    ...beginDraft('rotation', aWatch(), nowMs),
    ...{ officers: 'Ama\n\n Kofi \n', from: '2026-03-01T16:00', until: '2026-03-02T16:00' }
  }
  const turns = (more: Partial<typeof rotation> = {}) =>
    listRotationShifts({ ...rotation, ...more }).map(
      ({ officer, from, until }) => `${officer} ${from.slice(8, 13)}-${until.slice(8, 13)}`
    )

  it('is a shift of each officer by turns, until its end', () => {
    expect(turns()).toEqual(['Ama 01T16-02T00', 'Kofi 02T00-02T08', 'Ama 02T08-02T16'])
    expect(turns({ everyHours: '12', inRow: '2' })).toEqual(['Ama 01T16-02T00', 'Ama 02T04-02T12'])
    expect(turns({ hours: '7,5', everyHours: '12' })).toEqual([
      'Ama 01T16-01T23',
      'Kofi 02T04-02T11'
    ])
  })

  it('is not sent while it plans nothing: it would only remove what is planned', () => {
    const draft = { ...rotation, replaces: true, lines: ['sub_1'] }
    expect(isSendable(draft)).toBe(true)
    for (const more of [{ hours: '' }, { hours: '8 h' }, { officers: ' ' }, { until: '' }])
      expect([turns(more), isSendable({ ...draft, ...more })]).toEqual([[], false])
  })

  it('is sent before what is planned, or in place of it', () => {
    const sent = (replaces: boolean) =>
      (makeWatchBody({ ...rotation, replaces }, aWatch()) as { shifts: Shift[] }).shifts.map(
        ({ officer, from }) => `${officer} ${from.slice(8, 13)}`
      )
    const rotated = ['Ama 01T16', 'Kofi 02T00', 'Ama 02T08']
    expect(sent(false)).toEqual([...rotated, 'Ama 01T00', 'Ama 01T06', 'Kofi 01T16'])
    expect(sent(true)).toEqual([...rotated, 'Ama 01T00', 'Ama 01T06'])
  })
})

describe('handing over', () => {
  const handOver = (members: Partial<Watch> = {}) => beginDraft('hand-over', aWatch(members), nowMs)
  const sent = (draft: ReturnType<typeof handOver>) => makeWatchBody(draft, aWatch())

  it('begins with the lines and the end of the next shift, and says of which version it is', () => {
    expect(handOver({ next: null }).lines).toEqual(['sub_1'])
    expect(sent({ ...handOver(), officer: ' Kofi ', note: ' Two are open. ' })).toEqual({
      ...{ version: 3, officer: 'Kofi', until: '2026-03-01T22:00:00Z' },
      ...{ lines: ['sub_2', 'sub_1'], note: 'Two are open.' }
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
    expect(handOver(members).until).toBe(until)
  })

  it('names who is relieved where several are on', () => {
    const two = { onWatch: [on, { ...on, officer: 'Ben' }, on] }
    expect(officersOn(aWatch(two))).toEqual([on.officer, 'Ben'])
    expect(officersOn(aWatch({ onWatch: [] }))).toEqual([])
    expect(sent({ ...handOver(two), relieves: 'Ben' })).toMatchObject({ relieves: 'Ben' })
  })

  it('of a roster that nobody is on leaves out what was not chosen', () => {
    const draft = handOver({ onWatch: [], next: null })
    const typed = { officer: 'Kofi', until: '2026-03-01T20:00' }
    expect(sent({ ...draft, ...typed })).toEqual({
      ...{ version: 3, officer: 'Kofi', until: '2026-03-01T20:00:00Z' }
    })
  })
})

it('tells apart by id what has one name', () => {
  const all = ['Desk', 'Desk', 'Other'].map((name, i) => ({ id: `w${i}`, name }))
  expect(distinctNames(all).map(({ name }) => name)).toEqual(['Desk (w0)', 'Desk (w1)', 'Other'])
})

const momentOf = (day: number, hour: number) =>
  new Date(Date.UTC(2026, 2, day, hour)).toISOString().replace('.000', '')
const shift = (officer: string, day: number, hour: number, hours: number) => ({
  ...{
    officer,
    from: momentOf(day, hour),
    until: momentOf(day, hour + hours),
    lines: [],
    note: null
  }
})
// A Monday.
const mondayMs = Date.UTC(2026, 2, 2)
const weekNowMs = Date.UTC(2026, 2, 3, 9)
const week = (...shifts: readonly ReturnType<typeof shift>[]) =>
  rosterWeek(shifts, mondayMs, weekNowMs)
const drawn = ({ rows }: ReturnType<typeof week>) =>
  rows.map(({ time, days }) => [
    time,
    days.map(cells => cells.map(({ officer }) => officer ?? 'gap').join()).join('|')
  ])

it('begins on Monday, by UTC', () => {
  expect([computeMonday(weekNowMs), computeMonday(mondayMs), computeMonday(mondayMs - 1)]).toEqual([
    ...[mondayMs, mondayMs, mondayMs - 7 * 86_400_000]
  ])
})

it('has a row for each time of day, and a gap among the shifts of its time', () => {
  const told = week(
    shift('Ama', 2, 6, 16),
    shift('Ben', 2, 22, 8),
    shift('Ama', 3, 6, 16),
    shift('Ben', 4, 6, 120)
  )
  expect(drawn(told)).toEqual([
    ['', '||Ben|Ben|Ben|Ben|Ben'],
    ['06:00–22:00', 'Ama|Ama|||||'],
    ['22:00–06:00', 'Ben|gap|||||']
  ])
  expect(told.gaps.map(({ fromMs }) => fromMs)).toEqual([Date.UTC(2026, 2, 3, 22)])
  expect(told.hours).toEqual([
    ['Ama', 32],
    ['Ben', 8 + 114]
  ])
  const now = told.rows.flatMap(({ days }) => days.flat()).filter(({ isNow }) => isNow)
  expect(now.map(({ officer }) => officer)).toEqual(['Ama'])
})

it('is one gap for whoever plans nothing, and none of what is over', () => {
  expect(drawn(week())).toEqual([['', '|gap|gap|gap|gap|gap|gap']])
  expect(rosterWeek([], mondayMs - 7 * 86_400_000, weekNowMs).rows).toEqual([])
})

it('is a file for calendars, in which names stay within their line', () => {
  const text = formatCalendar('w1', 'Desk; north', [shift('A,\nB', 3, 6, 8)])
  expect(text.split('\r\n')).toEqual([
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Tocsin//EN', 'BEGIN:VEVENT'],
    'UID:w1-20260303T060000Z-A%2C%0AB@tocsin',
    ...['DTSTAMP:20260303T060000Z', 'DTSTART:20260303T060000Z', 'DTEND:20260303T140000Z'],
    'SUMMARY:Desk\\; north: A\\, B',
    ...['END:VEVENT', 'END:VCALENDAR', '']
  ])
})
