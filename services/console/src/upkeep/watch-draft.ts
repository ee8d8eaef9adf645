// What is typed about a roster: a new one, its name, one shift, a hand-over or a rotation; and what
// is sent. Pure.

import type { Shift, Watch } from '../shown/answers.ts'
import { bodyOf } from './typed-fields.ts'

/** What a form of a roster is for. */
export type WatchFormKind = 'new' | 'change' | 'shift' | 'hand-over' | 'rotation'

export interface WatchDraft {
  readonly kind: WatchFormKind
  /** As it was when the form was opened; null: it is a new one. */
  readonly seen: Watch | null
  /** The version that the change is of. */
  readonly version: number
  readonly name: string
  /** Empty: the default. */
  /** Empty: as Tocsin chooses. */
  readonly handling: string
  readonly officer: string
  /** As an input of a date and a time has them, in UTC. */
  readonly from: string
  readonly until: string
  readonly lines: readonly string[]
  readonly note: string
  /** The shift that is changed: its exact times are kept where the minute is the same. */
  readonly was: Shift | null
  /** Whose shift ends, where several are on; empty: not chosen. */
  readonly relieves: string
  /** Of a rotation, one a line, in their order. */
  readonly officers: string
  /** Length of each shift, and from one beginning to the next. */
  readonly hours: string
  readonly everyHours: string
  /** Shifts in a row before the next officer. */
  readonly inRow: string
  /** What is planned in its time makes room. */
  readonly replaces: boolean
}

/** As Tocsin has them. */
export const shiftsMax = 200
export const linesMax = 10
const shiftMaxMs = 31 * 86_400_000

const minuteMs = 60_000
const hourMs = 3_600_000
const shiftUsualMs = 8 * hourMs
const rotationUsualMs = 28 * 86_400_000

export const blankWatch: WatchDraft = {
  ...{ kind: 'new', seen: null, version: 0, name: '', handling: '' },
  ...{ officer: '', from: '', until: '', lines: [], note: '', was: null, relieves: '' },
  ...{ officers: '', hours: '8', everyHours: '8', inRow: '1', replaces: false }
}

const shiftParts = ['officer', 'from', 'until', 'lines', 'note']
/** Fields by the names that refusals have for them: what is changed is sent first. */
export const watchFields = [
  ...['name', 'handling', 'relieves', ...shiftParts],
  ...shiftParts.map(part => `shifts/0/${part}`),
  'shifts'
]

export function keyOfDraft({ kind, seen, was }: WatchDraft): string {
  return [kind, seen?.id, was?.from, was?.officer].join(' ')
}

const utcField = (iso: string) => iso.slice(0, 'YYYY-MM-DDTHH:MM'.length)
const fieldAt = (ms: number) => utcField(new Date(ms).toISOString())
const typedMs = (typed: string) => Date.parse(`${utcField(typed)}Z`)

/** What was typed as an instant: exactly what it was if the minute is the same. */
function instantOf(typed: string, was?: string): string {
  const minute = utcField(typed)
  if (was !== undefined && utcField(was) === minute) return was
  // What is no time goes as it was typed: Tocsin says at which field.
  return Number.isNaN(typedMs(typed)) ? typed : `${minute}:00Z`
}

/** The draft of a change as it begins. `shift`: of a planned one, or of one that fills a gap. */
export function beginDraft(
  kind: Exclude<WatchFormKind, 'new'>,
  seen: Watch,
  nowMs: number,
  { was = null, gap }: ShiftOf = {}
): WatchDraft {
  const { name, handling, version } = seen
  const of = { kind, seen, version, name, handling }
  const last = seen.shifts.toSorted((a, b) => Date.parse(a.until) - Date.parse(b.until)).at(-1)
  const lines = last?.lines ?? []
  if (was !== null) {
    const { officer, from, until, note } = was
    const times = { from: utcField(from), until: utcField(until) }
    return { ...blankWatch, ...of, ...times, officer, lines: was.lines, note: note ?? '', was }
  }
  if (kind === 'hand-over') return { ...blankWatch, ...of, ...handOverOf(seen, nowMs) }
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

/**
 * With the lines and until the end of the next shift that is planned, else with those of the shift
 * that is on, for as long as that was to last.
 */
function handOverOf({ onWatch: [on], next }: Watch, nowMs: number) {
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
export function shiftsOfRotation(draft: WatchDraft): readonly Shift[] {
  const { officers, from, until, hours, everyHours, inRow, lines } = draft
  const names = linesIn([officers])
  const [fromMs, untilMs] = [typedMs(from), typedMs(until)]
  const [lengthMs, everyMs] = [Number(hours) * hourMs, Number(everyHours) * hourMs]
  const turn = Math.max(1, Math.floor(Number(inRow)) || 1)
  if (names.length === 0 || !(lengthMs > 0 && everyMs > 0 && untilMs > fromMs)) return []
  // One more than is taken: the refusal says so.
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
    ...{ from: instantOf(from, was?.from), until: instantOf(until, was?.until) }
  }
}

const isSame = (a: Shift, b: Shift | null) => a.from === b?.from && a.officer === b.officer

/** The shifts without the one that is changed. */
export function shiftsBeside({ was }: Pick<WatchDraft, 'was'>, held: Watch): readonly Shift[] {
  return held.shifts.filter(each => !isSame(each, was))
}

/** Whether each planned shift has a step: Tocsin refuses one without. A hand-over has those of now. */
export function hasSteps({ kind, lines }: Pick<WatchDraft, 'kind' | 'lines'>): boolean {
  return lines.length > 0 || (kind !== 'shift' && kind !== 'rotation')
}

/** What is sent: of a change the members that differ, of shifts all with what is typed first. */
export function bodyOfWatch(draft: WatchDraft, held: Watch | null): object {
  const { kind, version, officer, relieves, until, lines, note } = draft
  if (kind === 'hand-over')
    return {
      ...{ version, officer: officer.trim(), until: instantOf(until) },
      ...(relieves === '' ? {} : { relieves }),
      ...(lines.length === 0 ? {} : { lines }),
      ...(note.trim() === '' ? {} : { note: note.trim() })
    }
  if (held === null || kind === 'new') return membersOf(draft)
  if (kind === 'shift') return { version, shifts: [shiftIn(draft), ...shiftsBeside(draft, held)] }
  if (kind === 'rotation') {
    const [begin, end] = [typedMs(draft.from), typedMs(draft.until)]
    const isInside = ({ from }: Shift) => Date.parse(from) >= begin && Date.parse(from) < end
    const kept = held.shifts.filter(each => !(draft.replaces && isInside(each)))
    return { version, shifts: [...shiftsOfRotation(draft), ...kept] }
  }
  const { seen } = draft
  const then = Object.entries(seen ?? {})
  const changed = Object.entries(membersOf(draft)).filter(
    ([part, value]) => !then.some(([name, was]) => name === part && was === value)
  )
  return { version, ...Object.fromEntries(changed) }
}

function membersOf(draft: WatchDraft): object {
  return bodyOf(draft, { name: 'text', handling: 'text' })
}

/** Who is on, each once. */
export function officersOn({ onWatch }: Pick<Watch, 'onWatch'>): readonly string[] {
  return [...new Set(onWatch.map(({ officer }) => officer))]
}

/** What was typed that was not so when the form was opened, line by line; empty: nothing. */
export function typedIn({ name, officer, officers, note, seen, was }: WatchDraft): string {
  const typed = [name === seen?.name ? '' : name, officer === was?.officer ? '' : officer]
  return linesIn([...typed, officers, note === was?.note ? '' : note]).join('\n')
}

function linesIn(texts: readonly string[]): readonly string[] {
  return texts
    .flatMap(text => text.split('\n'))
    .map(text => text.trim())
    .filter(text => text !== '')
}

/**
 * What a list to choose from says of each: its name, and its id too where another has the same
 * name.
 */
export function distinctNames(
  all: readonly { readonly id: string; readonly name: string }[]
): readonly { readonly id: string; readonly name: string }[] {
  return all.map(({ id, name }) => ({
    id,
    name: all.filter(each => each.name === name).length > 1 ? `${name} (${id})` : name
  }))
}
