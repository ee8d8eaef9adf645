// A setting that people may give, defined once. Its type, the body that takes it, what is recorded,
// shown and documented, and its option on the command line are derived from the definition. Pure.

import {
  type Format,
  isOptional,
  type Optional,
  optional,
  type RecordFormat,
  type record,
  strict,
  type ValueOf
} from './format.ts'

export interface Setting {
  /**
   * What is taken, with its limits. `optional`: left out of records and answers unless it is given.
   */
  readonly taken: Format | Optional
  /** What is recorded, if that is not what is taken without its limits. */
  readonly recorded?: Format | Optional
  /** What it means, to whoever gives it. */
  readonly words: string
  /**
   * What is recorded if none is given. Without it the setting is required, unless it is optional.
   */
  readonly default?: unknown
  readonly example: unknown
  /** How its option on the command line is read; left out: it has none. */
  readonly option?: 'text' | 'number' | 'json'
}

export type Settings = Readonly<Record<string, Setting>>

type MembersOf<S extends Settings> = { readonly [Name in keyof S]: S[Name]['taken'] }
type Defaulted<S extends Settings> = {
  [Name in keyof S]: S[Name] extends { readonly default: unknown } ? Name : never
}[keyof S]

export type Recorded<S extends Settings> = ValueOf<ReturnType<typeof record<MembersOf<S>>>>
/** Settings as asked for: those with a default may be left out. */
export type Asked<S extends Settings> = Omit<Recorded<S>, Defaulted<S>> & Partial<Recorded<S>>

export function readBody<S extends Settings>(settings: S): RecordFormat<Asked<S>> {
  return strict(
    each(settings, setting =>
      'default' in setting || isOptional(setting.taken)
        ? optional(describe(setting))
        : describe(setting)
    )
  ) as RecordFormat<Asked<S>>
}

/**
 * A body that changes some of these settings: none is required, and a missing one is left as it is.
 */
export function makeChange<S extends Settings>(settings: S): RecordFormat<Partial<Asked<S>>> {
  return strict(
    each(settings, setting => optional(describe(setting))),
    { minProperties: 1 }
  ) as RecordFormat<Partial<Asked<S>>>
}

/** What is taken, with what it means. */
function describe({ taken, words }: Setting): Format {
  return { description: words, ...formatIn(taken) }
}

export function recordedMembers<S extends Settings>(settings: S): MembersOf<S> {
  return each(settings, makeRecorded) as MembersOf<S>
}

/** Members of an answer; it may lack those of `optionalNames`. Their words are at the request. */
export function shownMembers(settings: Settings): Readonly<Record<string, Format>> {
  return each(settings, setting =>
    withoutKeywords(formatIn(makeRecorded(setting)), ['description'])
  )
}

export function optionalNames(settings: Settings): readonly string[] {
  return Object.keys(settings).filter(name => isOptional((settings[name] as Setting).taken))
}

export function withDefaults<S extends Settings>(settings: S, asked: Asked<S>): Recorded<S> {
  const defaults = Object.entries(settings).filter(([, setting]) => 'default' in setting)
  return {
    ...Object.fromEntries(defaults.map(([name, setting]) => [name, setting.default])),
    ...asked
  } as Recorded<S>
}

/** The settings that a record has, in the order of their definitions. */
export function settingsIn<S extends Settings>(settings: S, record: Recorded<S>): Recorded<S> {
  const held = record as Readonly<Record<string, unknown>>
  const names = Object.keys(settings).filter(name => held[name] !== undefined)
  return Object.fromEntries(names.map(name => [name, held[name]])) as Recorded<S>
}

/**
 * Lengths and upper bounds may change, and what was recorded stays: records are not held to them.
 */
const limits = ['minLength', 'maxLength', 'minItems', 'maxItems', 'maximum']

function makeRecorded({ taken, recorded }: Setting): Format | Optional {
  return recorded ?? withoutKeywords(taken, limits)
}

/** The same without these keywords, at any depth. */
export function withoutKeywords<Schema>(schema: Schema, keywords: readonly string[]): Schema {
  if (typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return schema.map(each => withoutKeywords(each, keywords)) as Schema
  const others = Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword))
  return Object.fromEntries(
    others.map(([keyword, value]) => [keyword, withoutKeywords(value, keywords)])
  ) as Schema
}

function formatIn(member: Format | Optional): Format {
  return isOptional(member) ? member.optional : member
}

function each<T>(settings: Settings, of: (setting: Setting) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, of(setting)]))
}
