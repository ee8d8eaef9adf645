// A watch as it is typed into a form, the handing over of one, and what is sent. Pure.

import type { Shift, Watch } from '../shown/answers.ts'
import { isOver } from './watch-standing.ts'

export interface ShiftDraft {
  readonly officer: string
  /** As an input of a date and a time has them, in UTC. */
  readonly from: string
  readonly until: string
  readonly lines: readonly string[]
  readonly note: string
  /** What it was before: its exact times are kept where the minute is. Null: it is new. */
  readonly was: Shift | null
}

export interface WatchDraft {
  readonly name: string
  /** Empty: the default. */
  readonly lineMinutes: string
  /** Empty: as the suite chooses. */
  readonly handling: string
  /** Those that are on or to come. */
  readonly shifts: readonly ShiftDraft[]
  /** What was seen when the form was opened; null: it is a new watch. */
  readonly seen: Watch | null
  /** The version that the change is of. */
  readonly version: number
  /** Shifts that were over then: they are sent as they are. */
  readonly over: readonly Shift[]
}

export interface HandOverDraft {
  /** Id of the watch; empty: none is handed over. */
  readonly of: string
  readonly version: number
  readonly officer: string
  /** Whose shift ends, where several are on; empty: not chosen. */
  readonly relieves: string
  readonly until: string
  readonly lines: readonly string[]
  readonly note: string
}

export const lineMinutesDefault = 5
/** As the suite has them. */
export const shiftsMax = 200
export const linesMax = 10

export const blankWatch: WatchDraft = {
  ...{ name: '', lineMinutes: String(lineMinutesDefault), handling: '', shifts: [], over: [] },
  ...{ seen: null, version: 0 }
}
export const blankHandOver: HandOverDraft = {
  of: '',
  version: 0,
  officer: '',
  relieves: '',
  until: '',
  lines: [],
  note: ''
}

const minuteMs = 60_000
const shiftUsualMs = 8 * 3_600_000
/** As the suite has it. */
const shiftMaxMs = 31 * 86_400_000

const shiftParts = ['officer', 'from', 'until', 'lines', 'note']

/** Fields of the form by the names that refusals of the suite have for them. */
export const watchFields = [
  ...['name', 'lineMinutes', 'handling'],
  ...Array.from({ length: shiftsMax }, (_, n) =>
    shiftParts.map(part => `shifts/${n}/${part}`)
  ).flat(),
  'shifts'
]
export const handOverFields = ['officer', 'relieves', 'until', 'lines', 'note']

const minuteLength = 'YYYY-MM-DDTHH:MM'.length

/** A time as an input of a date and a time has it, to the minute. */
export function utcField(iso: string): string {
  return iso.slice(0, minuteLength)
}

/** What was typed as an instant: exactly what it was if the minute is the same. */
function instantOf(typed: string, was: string | undefined): string {
  const minute = typed.slice(0, minuteLength)
  if (was !== undefined && utcField(was) === minute) return was
  // What is no time goes as it was typed: the suite says at which field.
  return minute.length === minuteLength ? `${minute}:00Z` : typed
}

function draftOfShift(shift: Shift): ShiftDraft {
  const { officer, from, until, lines, note } = shift
  return {
    officer,
    from: utcField(from),
    until: utcField(until),
    lines,
    note: note ?? '',
    was: shift
  }
}

function shiftIn({ officer, from, until, lines, note, was }: ShiftDraft): Shift {
  return {
    officer: officer.trim(),
    from: instantOf(from, was?.from),
    until: instantOf(until, was?.until),
    lines,
    note: note.trim() === '' ? null : note.trim()
  }
}

/** The draft of a change: what is in force. */
export function draftOfWatch(seen: Watch, nowMs: number): WatchDraft {
  const { name, lineMinutes, handling, shifts, version } = seen
  return {
    ...{ name, lineMinutes: String(lineMinutes), handling, seen, version },
    shifts: shifts.filter(each => !isOver(each, nowMs)).map(draftOfShift),
    over: shifts.filter(each => isOver(each, nowMs))
  }
}

/** A further shift: it begins where the last one ends, as long and with the same lines. */
export function nextShift(shifts: readonly ShiftDraft[], nowMs: number): ShiftDraft {
  const last = shifts.toSorted((a, b) => (a.until < b.until ? -1 : 1)).at(-1)
  const [fromMs, untilMs] = [Date.parse(`${last?.from}Z`), Date.parse(`${last?.until}Z`)]
  const begun = Number.isNaN(untilMs) ? nowMs : untilMs
  const lengthMs = untilMs > fromMs ? untilMs - fromMs : shiftUsualMs
  return shiftBetween(shifts, begun, begun + lengthMs)
}

/** A further shift with the lines of the last one. */
export function shiftBetween(
  shifts: readonly ShiftDraft[],
  fromMs: number,
  untilMs: number
): ShiftDraft {
  const at = (ms: number) => utcField(new Date(ms).toISOString())
  const lines = shifts.at(-1)?.lines ?? []
  return { officer: '', from: at(fromMs), until: at(untilMs), lines, note: '', was: null }
}

export function bodyOfWatch({
  name,
  lineMinutes,
  handling,
  shifts,
  over
}: WatchDraft): Readonly<Record<string, unknown>> {
  const minutes = lineMinutes.trim()
  return {
    name: name.trim(),
    // What is no number goes as it was typed: the suite says at which field.
    ...(minutes === ''
      ? {}
      : { lineMinutes: Number.isNaN(Number(minutes)) ? minutes : Number(minutes) }),
    ...(handling === '' ? {} : { handling }),
    // Those that can be changed come first: a refusal counts them as the form does.
    shifts: [...shifts.map(shiftIn), ...over]
  }
}

/**
 * What a change sends: the members that differ from what was seen, so that what others changed
 * meanwhile is kept.
 */
export function changeOfWatch(draft: WatchDraft): Readonly<Record<string, unknown>> {
  const { seen, over } = draft
  if (seen === null) return {}
  const { name, lineMinutes, handling } = seen
  const shifts = seen.shifts.filter(each => !over.includes(each)).map(draftOfShift)
  const then = bodyOfWatch({ ...draft, name, lineMinutes: String(lineMinutes), handling, shifts })
  const now = bodyOfWatch(draft)
  return Object.fromEntries(
    Object.entries(now).filter(
      ([part, value]) => JSON.stringify(value) !== JSON.stringify(then[part])
    )
  )
}

/** Who is on, each once. */
export function officersOn({ onWatch }: Pick<Watch, 'onWatch'>): readonly string[] {
  return [...new Set(onWatch.map(({ officer }) => officer))]
}

/**
 * The draft of handing over: with the lines and until the end of the next shift that is planned,
 * else with those of the shift that is on, for as long as that was to last.
 */
export function draftOfHandOver(
  { id, version, onWatch, next }: Watch,
  nowMs: number
): HandOverDraft {
  const [on] = onWatch
  const nextMs = next === null ? Number.NaN : Date.parse(next.until)
  const isNear = nextMs > nowMs && nextMs - nowMs <= shiftMaxMs
  const lengthMs =
    on === undefined
      ? shiftUsualMs
      : Math.min(Date.parse(on.until) - Date.parse(on.from), shiftMaxMs)
  return {
    ...{ of: id, version, officer: '', relieves: '', note: '' },
    until: utcField(
      new Date(isNear ? nextMs : Math.round((nowMs + lengthMs) / minuteMs) * minuteMs).toISOString()
    ),
    lines: (isNear ? next?.lines : on?.lines) ?? []
  }
}

export function bodyOfHandOver({
  version,
  officer,
  relieves,
  until,
  lines,
  note
}: HandOverDraft): Readonly<Record<string, unknown>> {
  return {
    ...{ version, officer: officer.trim(), until: instantOf(until, undefined) },
    ...(relieves === '' ? {} : { relieves }),
    ...(lines.length === 0 ? {} : { lines }),
    ...(note.trim() === '' ? {} : { note: note.trim() })
  }
}

/** What was typed of handing over, line by line; empty: nothing was. */
export function typedInHandOver({ officer, note }: HandOverDraft): string {
  return linesIn([officer, note])
}

/** What a change says that was not so when it was begun, line by line; empty: nothing. */
export function typedInChange({ name, shifts, seen }: WatchDraft): string {
  const known = new Set(seen?.shifts.flatMap(({ officer, note }) => [officer, note ?? '']))
  const texts = shifts
    .flatMap(({ officer, note }) => [officer, note])
    .filter(text => !known.has(text))
  return linesIn([name === seen?.name ? '' : name, ...texts])
}

function linesIn(texts: readonly string[]): string {
  return texts
    .map(text => text.trim())
    .filter(text => text !== '')
    .join('\n')
}

/**
 * What a list to choose from says of each: its name, and its id too where another has the same
 * name.
 */
export function distinctNames(
  all: readonly { readonly id: string; readonly name: string }[]
): readonly { readonly id: string; readonly name: string }[] {
  const counts = new Map<string, number>()
  for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1)
  return all.map(({ id, name }) => ({
    id,
    name: (counts.get(name) ?? 0) > 1 ? `${name} (${id})` : name
  }))
}
