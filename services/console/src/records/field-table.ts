// A form as a table: each field with how it is typed, its path in the record, and when it is shown.
// A draft and what is sent follow from the table. An invalid number is sent as typed: Tocsin names
// the field. Pure.

import type { Problem } from '../shown/answers.ts'

/** `names`: by commas. `picks`: several of the offered codes. `moment`: date and time in UTC. */
export type FieldKind =
  | 'text'
  | 'lines'
  | 'secret'
  | 'url'
  | 'number'
  | 'names'
  | 'time'
  | 'moment'
  | 'check'
  | 'choice'
  | 'picks'

export type TypedValue = string | boolean | readonly string[]
export type Typed = Readonly<Record<string, unknown>>

export interface FieldRow {
  readonly as: FieldKind
  /** Its path in the record, and in refusals, such as `filter/country`. Default: its name. */
  readonly at?: string
  /** Of a choice or picks: the list that is offered, by its name. */
  readonly of?: string
  readonly isRequired?: true
  readonly maxLength?: number
  /** What is sent where it is empty; else it is left out. */
  readonly ifEmpty?: 'null' | 'list'
  /** Decides what else is shown, and is not sent. */
  readonly isLocal?: true
  /** Consecutive fields with the same name here share a row. */
  readonly row?: string
  /** Where it is not shown, it is not sent. */
  readonly when?: (draft: Typed) => boolean
}

export type FieldTable = Readonly<Record<string, FieldRow>>

export type DraftOf<T extends FieldTable> = {
  readonly [name in keyof T]: T[name]['as'] extends 'check'
    ? boolean
    : T[name]['as'] extends 'picks'
      ? readonly string[]
      : string
}

/** The names that refusals have for the fields. */
export function pathsIn(table: FieldTable): readonly string[] {
  return Object.entries(table).map(([name, { at = name }]) => at)
}

export function fieldsShown(table: FieldTable, draft: object): readonly [string, FieldRow][] {
  return Object.entries(table).filter(([, { when }]) => when?.(draft as Typed) ?? true)
}

/** The record's values, as they would be typed. */
export function draftFrom<T extends FieldTable>(record: object, table: T): DraftOf<T> {
  const typed = Object.entries(table).map(([name, { as, at = name }]) => [
    name,
    makeTyped(valueAt(record, at), as)
  ])
  return Object.fromEntries(typed) as DraftOf<T>
}

function valueAt(record: object, path: string): unknown {
  return path
    .split('/')
    .reduce<unknown>((of, name) => (of as Typed | null | undefined)?.[name], record)
}

function makeTyped(value: unknown, as: FieldKind): TypedValue {
  if (as === 'check') return value === true
  if (as === 'picks') return Array.isArray(value) ? value.map(String) : []
  if (value === null || value === undefined) return ''
  if (as === 'moment') return String(value).slice(0, 'YYYY-MM-DDTHH:MM'.length)
  return Array.isArray(value) ? value.join(', ') : String(value)
}

export function makeBody(draft: object, table: FieldTable): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const [name, { as, at = name, ifEmpty, isLocal }] of fieldsShown(table, draft)) {
    const sent = computeSent((draft as Typed)[name], as) ?? (ifEmpty === 'list' ? [] : null)
    if (isLocal || (sent === null && ifEmpty === undefined)) continue
    const path = at.split('/')
    const last = path.pop() ?? name
    let parent = body
    for (const part of path) {
      parent[part] ??= {}
      parent = parent[part] as Record<string, unknown>
    }
    parent[last] = sent
  }
  return body
}

/** Null: it is empty. */
function computeSent(typed: unknown, as: FieldKind): unknown {
  if (Array.isArray(typed)) return typed.length === 0 ? null : typed
  if (typeof typed !== 'string') return typed
  const text = typed.trim()
  if (text === '') return null
  if (as === 'number') return Number.isNaN(readNumber(text)) ? text : readNumber(text)
  if (as === 'moment') return `${text}:00Z`
  return as === 'names' ? namesIn(text) : text
}

/** Many write a decimal comma. */
export function readNumber(text: string): number {
  return Number(text.trim().replace(',', '.'))
}

function namesIn(text: string): readonly string[] | null {
  const names = text.split(',').map(name => name.trim())
  const given = names.filter(name => name !== '')
  return given.length === 0 ? null : given
}

export interface Faults {
  /** By field, such as `url` or `location/name`. */
  readonly byField: ReadonlyMap<string, string>
  /** Faults about no shown field; null if all faults are shown next to their fields. */
  readonly rest: string | null
}

export const noFaults: Faults = { byField: new Map(), rest: null }

/** `fields`: those of the form. A fault within one, such as in an item, is shown at the field. */
export function collectFaults(
  { detail, errors = [] }: Pick<Problem, 'detail' | 'errors'>,
  fields: readonly string[]
): Faults {
  const byField = new Map<string, string>()
  const rest: string[] = []
  for (const error of errors) {
    const path = error.pointer.replace(/^\//, '')
    const field = fields.find(name => path === name || path.startsWith(`${name}/`))
    if (field === undefined) rest.push(path === '' ? error.detail : `${path}: ${error.detail}`)
    else if (!byField.has(field)) byField.set(field, error.detail)
  }
  if (rest.length > 0) return { byField, rest: rest.join('; ') }
  return { byField, rest: byField.size > 0 ? null : detail }
}
