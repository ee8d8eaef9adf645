// Rosters: what is typed about one and sent, who is on shift and when no one is, and a week as a
// calendar. Pure.

import type { Shift, Watch } from '../shown/answers.ts'
import {
  type DraftOf,
  draftFrom,
  type FieldTable,
  makeBody,
  pathsIn,
  readNumber,
  type Typed
} from './field-table.ts'

export type WatchFormKind = 'new' | 'change' | 'shift' | 'hand-over' | 'rotation'

const isAbout =
  (...kinds: readonly WatchFormKind[]) =>
  ({ kind }: Typed) =>
    kinds.includes(kind as WatchFormKind)
const ofRoster = { when: isAbout('new', 'change') } as const
const ofShift = { when: isAbout('shift', 'hand-over') } as const
const ofRotation = { when: isAbout('rotation') } as const
const planned = isAbout('shift', 'rotation')

export const watchFields = {
  name: { as: 'text', isRequired: true, maxLength: 200, ...ofRoster },
  handling: { as: 'choice', ...ofRoster },
  relieves: { as: 'choice', isRequired: true, when: isAbout('hand-over') },
  officers: { as: 'lines', isRequired: true, ...ofRotation },
  officer: { as: 'text', isRequired: true, maxLength: 200, ...ofShift },
  from: { as: 'moment', isRequired: true, row: 'times', when: planned },
  until: {
    ...{ as: 'moment', isRequired: true, row: 'times' },
    when: draft => planned(draft) || draft.kind === 'hand-over'
  },
  hours: { as: 'number', isRequired: true, row: 'turns', ...ofRotation },
  everyHours: { as: 'number', isRequired: true, row: 'turns', ...ofRotation },
  inRow: { as: 'number', isRequired: true, row: 'turns', ...ofRotation },
  replaces: { as: 'check', ...ofRotation },
  lines: { as: 'picks', when: draft => !isAbout('new', 'change')(draft) },
  note: { as: 'lines', maxLength: 2000, ...ofShift }
} as const satisfies FieldTable

/** Of a shift among others, as refusals name its fields: what is changed is sent first. */
const firstShiftFields: FieldTable = Object.fromEntries(
  Object.entries(watchFields).map(([name, row]) => [name, { ...row, at: `shifts/0/${name}` }])
)
export const makeTable = ({ kind }: WatchDraft): FieldTable =>
  kind === 'shift' || kind === 'rotation' ? firstShiftFields : watchFields
/** The shifts as a whole last. */
export const watchPaths = [...pathsIn(watchFields), ...pathsIn(firstShiftFields), 'shifts']

export interface WatchDraft extends DraftOf<typeof watchFields> {
  readonly kind: WatchFormKind
  /** As it was when the form was opened; null: it is a new one. */
  readonly seen: Watch | null
  readonly version: number
  /** The shift that is changed: its exact times stay where the minute is the same. */
  readonly was: Shift | null
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const shiftsMax = 200
const shiftMaxMs = 31 * dayMs

const shiftUsualMs = 8 * hourMs
const rotationUsualMs = 28 * dayMs

export const blankWatch: WatchDraft = {
  ...draftFrom({ hours: 8, everyHours: 8, inRow: 1 }, watchFields),
  ...{ kind: 'new', seen: null, version: 0, was: null }
}

export function makeDraftKey({ kind, seen, was }: WatchDraft): string {
  return [kind, seen?.id, was?.from, was?.officer].join(' ')
}

const utcField = (iso: string) => iso.slice(0, 'YYYY-MM-DDTHH:MM'.length)
const fieldAt = (ms: number) => utcField(new Date(ms).toISOString())
const typedMs = (typed: string) => Date.parse(`${utcField(typed)}Z`)

/** What was typed as an instant: exactly what it was if the minute is the same. */
function computeInstant(typed: string, was?: string): string {
  const minute = utcField(typed)
  if (was !== undefined && utcField(was) === minute) return was
  // An invalid time is sent as typed: Tocsin names the field.
  return Number.isNaN(typedMs(typed)) ? typed : `${minute}:00Z`
}

/** The initial draft of a change. `shift`: a planned one, or one that fills a gap. */
export function beginDraft(
  kind: Exclude<WatchFormKind, 'new'>,
  seen: Watch,
  nowMs: number,
  { was = null, gap }: ShiftOf = {}
): WatchDraft {
  const { version, name, handling } = seen
  const of = { kind, seen, version, name, handling }
  const last = seen.shifts.toSorted((a, b) => Date.parse(a.until) - Date.parse(b.until)).at(-1)
  const lines = last?.lines ?? []
  if (was !== null) return { ...draftFrom({ ...blankWatch, ...was }, watchFields), ...of, was }
  if (kind === 'hand-over') return { ...blankWatch, ...of, ...makeHandOver(seen, nowMs) }
  const hour = Math.ceil(nowMs / hourMs) * hourMs
  const fromMs = gap?.fromMs ?? Math.max(hour, last === undefined ? 0 : Date.parse(last.until))
  const lengthMs =
    last === undefined ? shiftUsualMs : Date.parse(last.until) - Date.parse(last.from)
  const untilMs = gap?.untilMs ?? fromMs + (kind === 'rotation' ? rotationUsualMs : lengthMs)
  return { ...blankWatch, ...of, lines, from: fieldAt(fromMs), until: fieldAt(untilMs) }
}

export interface ShiftOf {
  readonly was?: Shift | null
  readonly gap?: { readonly fromMs: number; readonly untilMs: number }
}

/** Until the end and with the steps of the next shift, else as long as the present one. */
function makeHandOver({ onWatch: [on], next }: Watch, nowMs: number) {
  const nextMs = next === null ? Number.NaN : Date.parse(next.until)
  const isNear = nextMs > nowMs && nextMs - nowMs <= shiftMaxMs
  const lengthMs =
    on === undefined
      ? shiftUsualMs
      : Math.min(Date.parse(on.until) - Date.parse(on.from), shiftMaxMs)
  return {
    until: fieldAt(isNear ? nextMs : Math.round((nowMs + lengthMs) / minuteMs) * minuteMs),
    lines: (isNear ? next?.lines : on?.lines) ?? []
  }
}

/** A further officer's turn after each `inRow` shifts, from its beginning to its end. */
export function listRotationShifts(draft: WatchDraft): readonly Shift[] {
  const { officers, from, until, hours, everyHours, inRow, lines } = draft
  const names = linesIn(officers)
  const [fromMs, untilMs] = [typedMs(from), typedMs(until)]
  const [lengthMs, everyMs] = [readNumber(hours) * hourMs, readNumber(everyHours) * hourMs]
  const turn = Math.max(1, Math.floor(readNumber(inRow)) || 1)
  if (names.length === 0 || !(lengthMs > 0 && everyMs > 0 && untilMs > fromMs)) return []
  // One more than is accepted: the refusal names the limit.
  const count = Math.min(Math.ceil((untilMs - fromMs) / everyMs), shiftsMax + 1)
  return Array.from({ length: count }, (_, n) => ({
    officer: names[Math.floor(n / turn) % names.length] as string,
    from: new Date(fromMs + n * everyMs).toISOString(),
    until: new Date(fromMs + n * everyMs + lengthMs).toISOString(),
    ...{ lines, note: null }
  }))
}

function shiftIn({ officer, from, until, lines, note, was }: WatchDraft): Shift {
  return {
    ...{ officer: officer.trim(), lines, note: note.trim() === '' ? null : note.trim() },
    ...{ from: computeInstant(from, was?.from), until: computeInstant(until, was?.until) }
  }
}

const isSame = (a: Shift, b: Shift | null) => a.from === b?.from && a.officer === b.officer

export function shiftsBeside({ was }: WatchDraft, held: Watch): readonly Shift[] {
  return held.shifts.filter(each => !isSame(each, was))
}

/** A planned shift needs a step; a rotation without a shift would only remove what is planned. */
export function isSendable(draft: WatchDraft): boolean {
  const { kind, lines } = draft
  if (kind === 'rotation') return lines.length > 0 && listRotationShifts(draft).length > 0
  return lines.length > 0 || kind !== 'shift'
}

/** What is sent: of a change the members that differ, of shifts all with what is typed first. */
export function makeWatchBody(draft: WatchDraft, held: Watch | null): object {
  const { kind, version, seen } = draft
  const body = makeBody(draft, watchFields)
  if (kind === 'hand-over') return { version, ...body }
  if (held === null || kind === 'new') return body
  if (kind === 'shift') return { version, shifts: [shiftIn(draft), ...shiftsBeside(draft, held)] }
  if (kind === 'rotation') {
    const [begin, end] = [typedMs(draft.from), typedMs(draft.until)]
    const isInside = ({ from }: Shift) => Date.parse(from) >= begin && Date.parse(from) < end
    const kept = held.shifts.filter(each => !(draft.replaces && isInside(each)))
    return { version, shifts: [...listRotationShifts(draft), ...kept] }
  }
  const then: Typed = { ...seen }
  return {
    version,
    ...Object.fromEntries(Object.entries(body).filter(([name, value]) => value !== then[name]))
  }
}

export function officersOn({ onWatch }: Watch): readonly string[] {
  return [...new Set(onWatch.map(({ officer }) => officer))]
}

function linesIn(text: string): readonly string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
}

/** Labels for a list of choices: the name, and the id too where another has the same name. */
export function distinctNames(
  all: readonly { readonly id: string; readonly name: string }[]
): readonly { readonly id: string; readonly name: string }[] {
  return all.map(({ id, name }) => ({
    id,
    name: all.filter(each => each.name === name).length > 1 ? `${name} (${id})` : name
  }))
}

/**
 * `reached`: somebody is on shift. `unheard`: somebody is on shift, but cannot be reached.
 * `untold`: somebody is on shift, but no subscription visible to the reader follows it. `nobody`:
 * the watch is empty, and its followers are notified. `unfollowed`: the watch is empty and has no
 * followers.
 */
export type WatchStanding = 'reached' | 'unheard' | 'untold' | 'nobody' | 'unfollowed'

export function watchStanding(
  { onWatch, isUnstaffed, isFollowed }: Watch,
  nowMs: number
): WatchStanding {
  // Data from during a shift is out of date once it is over.
  const on = onWatch.filter(each => !isOver(each, nowMs))
  if (on.length < onWatch.length && on.length === 0) return 'nobody'
  if (on.length > 0) return isUnstaffed ? 'unheard' : isFollowed === false ? 'untold' : 'reached'
  return isUnstaffed ? 'nobody' : 'unfollowed'
}

/** Names of rosters that somebody relies on and on which no one can be reached. */
export function unstaffedAmong(watches: readonly Watch[], nowMs: number): readonly string[] {
  const isHole = (watch: Watch) =>
    ['nobody', 'unheard'].includes(watchStanding(watch, nowMs)) && watch.isFollowed !== false
  return watches.filter(isHole).map(({ name }) => name)
}

/** Intervals from now on without a planned shift, the first first. The last has no end: null. */
export function holesIn(shifts: readonly Shift[], nowMs: number) {
  const holes: { readonly fromMs: number; readonly toMs: number | null }[] = []
  let coveredMs = nowMs
  const ahead = shifts.map(({ from, until }) => ({
    fromMs: Date.parse(from),
    untilMs: Date.parse(until)
  }))
  for (const { fromMs, untilMs } of ahead.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (untilMs <= nowMs) continue
    if (fromMs > coveredMs) holes.push({ fromMs: coveredMs, toMs: fromMs })
    coveredMs = Math.max(coveredMs, untilMs)
  }
  return [...holes, { fromMs: coveredMs, toMs: null }]
}

export function isOver({ until }: Shift, nowMs: number): boolean {
  return Date.parse(until) <= nowMs
}

export const weekDays = 7

export interface RosterCell {
  /** Null: a gap. */
  readonly officer: string | null
  readonly fromMs: number
  readonly untilMs: number
  readonly isNow: boolean
  /** Null: a gap. */
  readonly shift: Shift | null
}

/** The beginning of the week of a time: Monday, 00:00 UTC. */
export function computeMonday(ms: number): number {
  const day = Math.floor(ms / dayMs)
  // The first day of all was a Thursday.
  return (day - ((day + 3) % weekDays)) * dayMs
}

/** Rows by time of day, gaps that are not over, and the hours of each officer, by name. */
export function rosterWeek(shifts: readonly Shift[], mondayMs: number, nowMs: number) {
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
