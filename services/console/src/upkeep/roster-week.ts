// A week of a roster as a calendar: a row for each time of day, a column for each day, gaps among the
// shifts; and the same as a file for calendars. Pure.

import type { Shift } from '../shown/answers.ts'
import { holesIn } from './watch-standing.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
export const weekDays = 7

/** A shift, or a gap without a planned shift. */
export interface RosterCell {
  /** Null: a gap. */
  readonly officer: string | null
  readonly fromMs: number
  readonly untilMs: number
  readonly isNow: boolean
  /** Null: a gap. */
  readonly shift: Shift | null
}

export interface RosterRow {
  /** `06:00–14:00`; empty: longer than a day. */
  readonly time: string
  /** Of each day. */
  readonly days: readonly (readonly RosterCell[])[]
}

export interface RosterWeek {
  readonly rows: readonly RosterRow[]
  /** Gaps of the week that are not over, the first first. */
  readonly gaps: readonly RosterCell[]
  /** Hours of each officer in the week, by name. */
  readonly hours: readonly (readonly [officer: string, hours: number])[]
}

/** The beginning of the week of a time: Monday, 00:00 UTC. */
export function computeMonday(ms: number): number {
  const day = Math.floor(ms / dayMs)
  // The first day of all was a Thursday.
  return (day - ((day + 3) % weekDays)) * dayMs
}

export function rosterWeek(shifts: readonly Shift[], mondayMs: number, nowMs: number): RosterWeek {
  const endMs = mondayMs + weekDays * dayMs
  const isNow = (fromMs: number, untilMs: number) => fromMs <= nowMs && nowMs < untilMs
  const cells = shifts.map((shift): RosterCell => {
    const { officer, from, until } = shift
    const [fromMs, untilMs] = [Date.parse(from), Date.parse(until)]
    return { officer, fromMs, untilMs, isNow: isNow(fromMs, untilMs), shift }
  })
  const beginMs = Math.max(mondayMs, Math.min(...cells.map(({ fromMs }) => fromMs), nowMs))
  const gaps = holesIn(shifts, beginMs)
    .map(({ fromMs, toMs }) => ({ fromMs, untilMs: Math.min(toMs ?? endMs, endMs) }))
    .filter(({ fromMs, untilMs }) => untilMs > Math.max(fromMs, nowMs))
    .map(gap => ({ ...gap, officer: null, shift: null, isNow: isNow(gap.fromMs, gap.untilMs) }))
  const inWeek = [...cells, ...gaps].filter(
    ({ fromMs, untilMs }) => fromMs < endMs && untilMs > mondayMs
  )
  const byTime = Map.groupBy(inWeek, computeTime)
  const rows = [...byTime.keys()].sort().map(time => ({
    time,
    days: Array.from({ length: weekDays }, (_, n) =>
      (byTime.get(time) ?? []).filter(cell => isOnDay(cell, time, mondayMs + n * dayMs))
    )
  }))
  const hours = new Map<string, number>()
  for (const { officer, fromMs, untilMs } of inWeek) {
    const ms = Math.min(untilMs, endMs) - Math.max(fromMs, mondayMs)
    if (officer !== null) hours.set(officer, (hours.get(officer) ?? 0) + ms / hourMs)
  }
  return { rows, gaps, hours: [...hours].sort(([a], [b]) => a.localeCompare(b)) }
}

/** A cell within a day is shown at its beginning, a longer one on each day. */
function isOnDay({ fromMs, untilMs }: RosterCell, time: string, dayStartMs: number): boolean {
  const beginsThen = fromMs >= dayStartMs && fromMs < dayStartMs + dayMs
  return time === '' ? fromMs < dayStartMs + dayMs && untilMs > dayStartMs : beginsThen
}

const findClock = (ms: number) => new Date(ms).toISOString().slice(11, 16)

function computeTime({ fromMs, untilMs }: RosterCell): string {
  return untilMs - fromMs > dayMs ? '' : `${findClock(fromMs)}–${findClock(untilMs)}`
}

/** The shifts as iCalendar (RFC 5545). */
export function formatCalendar(id: string, name: string, shifts: readonly Shift[]): string {
  const at = (iso: string) => new Date(iso).toISOString().replace(/[-:]|\.\d+/g, '')
  const text = (said: string) => said.replace(/[\\;,]/g, '\\$&').replace(/\s+/g, ' ')
  const events = shifts.flatMap(({ officer, from, until }) => [
    'BEGIN:VEVENT',
    `UID:${id}-${at(from)}-${encodeURIComponent(officer)}@tocsin`,
    `DTSTAMP:${at(from)}`,
    `DTSTART:${at(from)}`,
    `DTEND:${at(until)}`,
    `SUMMARY:${text(`${name}: ${officer}`)}`,
    'END:VEVENT'
  ])
  const all = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Tocsin//EN', ...events, 'END:VCALENDAR']
  return `${all.join('\r\n')}\r\n`
}
