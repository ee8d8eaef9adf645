// What is typed about a roster: a new one, its name, one shift, a hand-over or a rotation; and what
// is sent. Pure.

import type { Shift, Watch } from '../shown/answers.ts'
import {
  type DraftOf,
  draftFrom,
  type FieldTable,
  makeBody,
  pathsIn,
  type Typed
} from './field-table.ts'

/** What a form of a roster is for. */
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
export const makeTable = ({ kind }: Pick<WatchDraft, 'kind'>): FieldTable =>
  kind === 'shift' || kind === 'rotation' ? firstShiftFields : watchFields
/** The shifts as a whole last. */
export const watchPaths = [...pathsIn(watchFields), ...pathsIn(firstShiftFields), 'shifts']

export interface WatchDraft extends DraftOf<typeof watchFields> {
  readonly kind: WatchFormKind
  /** As it was when the form was opened; null: it is a new one. */
  readonly seen: Watch | null
  /** The version that the change is of. */
  readonly version: number
  /** The shift that is changed: its exact times stay where the minute is the same. */
  readonly was: Shift | null
}

/** As Tocsin has it. */
const shiftsMax = 200
const shiftMaxMs = 31 * 86_400_000

const minuteMs = 60_000
const hourMs = 3_600_000
const shiftUsualMs = 8 * hourMs
const rotationUsualMs = 28 * 86_400_000

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

/**
 * With the lines and until the end of the next shift that is planned, else with those of the shift
 * that is on, for as long as that was to last.
 */
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
  const [lengthMs, everyMs] = [Number(hours) * hourMs, Number(everyHours) * hourMs]
  const turn = Math.max(1, Math.floor(Number(inRow)) || 1)
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

/** The shifts without the one that is changed. */
export function shiftsBeside({ was }: Pick<WatchDraft, 'was'>, held: Watch): readonly Shift[] {
  return held.shifts.filter(each => !isSame(each, was))
}

/** Whether each planned shift has a step: Tocsin refuses one without. A hand-over has those of now. */
export function hasSteps({ kind, lines }: Pick<WatchDraft, 'kind' | 'lines'>): boolean {
  return lines.length > 0 || (kind !== 'shift' && kind !== 'rotation')
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

/** Who is on, each once. */
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
