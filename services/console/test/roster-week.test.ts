// A week of a roster as a calendar, and as a file for calendars.

import { expect, it } from 'vitest'
import { computeMonday, formatCalendar, rosterWeek } from '../src/records/roster.ts'

const at = (day: number, hour: number) =>
  new Date(Date.UTC(2026, 2, day, hour)).toISOString().replace('.000', '')
const shift = (officer: string, day: number, hour: number, hours: number) => ({
  ...{ officer, from: at(day, hour), until: at(day, hour + hours), lines: [], note: null }
})
// A Monday.
const mondayMs = Date.UTC(2026, 2, 2)
const nowMs = Date.UTC(2026, 2, 3, 9)
const week = (...shifts: readonly ReturnType<typeof shift>[]) => rosterWeek(shifts, mondayMs, nowMs)
const drawn = ({ rows }: ReturnType<typeof week>) =>
  rows.map(({ time, days }) => [
    time,
    days.map(cells => cells.map(({ officer }) => officer ?? 'gap').join()).join('|')
  ])

it('begins on Monday, by UTC', () => {
  expect([computeMonday(nowMs), computeMonday(mondayMs), computeMonday(mondayMs - 1)]).toEqual([
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
  expect(rosterWeek([], mondayMs - 7 * 86_400_000, nowMs).rows).toEqual([])
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
