// Definitions of what is written and sent, once: each is a JSON Schema (2020-12) as plain data, and
// its TypeScript type follows from it (`ValueOf`). Members are required unless they are marked
// `optional`. This file validates no data. Source: decision 0014.

declare const value: unique symbol
const definition: unique symbol = Symbol('definition')
const shown: unique symbol = Symbol('shown')

/** A JSON Schema of values of the type `Value`, which the compiler alone knows. */
export interface Format<Value = unknown> {
  readonly [keyword: string]: unknown
  readonly [value]: Value
  /** What a reference refers to; tools of JSON Schema see the reference alone. */
  readonly [definition]?: Format<Value>
  /** What documents show in its place. */
  readonly [shown]?: Format
}

export type ValueOf<F extends Format> = F[typeof value]

/** The payloads of records by the formats of their data. */
export type PayloadOf<F extends Readonly<Record<string, Format>>> = {
  [Type in keyof F]: { readonly type: Type; readonly data: ValueOf<F[Type]> }
}[keyof F]

export interface Optional<Value = unknown> {
  readonly optional: Format<Value>
}

export type Members = Readonly<Record<string, Format | Optional>>

export interface RecordFormat<Value = unknown> extends Format<Value> {
  readonly required: readonly string[]
  readonly properties: Readonly<Record<string, Format>>
}

/** Further keywords of a schema; a text alone is its description. */
export type Keywords = string | Readonly<Record<string, unknown>>

export type ValuesOf<M extends Members> = RecordOf<M>

type Flat<T> = { [K in keyof T]: T[K] } & {}
type RecordOf<M extends Members> = Flat<
  {
    readonly [K in keyof M as M[K] extends Format ? K : never]: M[K] extends Format<infer V>
      ? V
      : never
  } & {
    readonly [K in keyof M as M[K] extends Format ? never : K]?: M[K] extends Optional<infer V>
      ? V
      : never
  }
>

/** Keywords of a schema of its own: the name and version under which it is released, what it is. */
export function named(
  name: string,
  title: string,
  description: string
): Readonly<Record<string, string>> {
  return { $id: `${name}.schema.json`, title, description }
}

export const sharedFile = 'definitions.v1.schema.json'

/** `limits`: further keywords, where the first are its description. */
export function text(keywords?: Keywords, limits?: object): Format<string> {
  return makeFormat({ ...limits, type: 'string' }, keywords)
}

/** `Value`: true, if false is expressed by leaving it out. */
export function truth<Value extends boolean = boolean>(
  keywords?: Keywords,
  limits?: object
): Format<Value> {
  return makeFormat({ ...limits, type: 'boolean' }, keywords)
}

export function number(keywords?: Keywords, limits?: object): Format<number> {
  return makeFormat({ ...limits, type: 'number' }, keywords)
}

/** `Value`: the numbers that the keywords leave, where they are few. */
export function integer<Value extends number = number>(
  keywords?: Keywords,
  limits?: object
): Format<Value> {
  return makeFormat({ ...limits, type: 'integer' }, keywords)
}

export function words<const Word extends string>(
  list: readonly Word[],
  keywords?: Keywords,
  limits?: object
): Format<Word> {
  return makeFormat({ ...limits, type: 'string', enum: [...list] }, keywords)
}

export function listOf<Value>(
  items: Format<Value>,
  keywords?: Keywords,
  limits?: object
): Format<readonly Value[]> {
  return makeFormat({ ...limits, type: 'array', items }, keywords)
}

export function pairOf<Value>(
  item: Format<Value>,
  keywords?: Keywords
): Format<readonly [Value, Value]> {
  return tupleOf([item, item], keywords)
}

export function tripleOf<Value>(
  item: Format<Value>,
  keywords?: Keywords
): Format<readonly [Value, Value, Value]> {
  return tupleOf([item, item, item], keywords)
}

function tupleOf<List>(prefixItems: readonly Format[], keywords?: Keywords): Format<List> {
  const { length } = prefixItems
  return makeFormat(
    { type: 'array', prefixItems, minItems: length, maxItems: length, items: false },
    keywords
  )
}

/**
 * An object with member names that no format knows. `Value`: the type of the members, which the
 * writer ensures.
 */
export function dictionary<Value>(keywords?: Keywords): Format<Readonly<Record<string, Value>>> {
  return makeFormat({ type: 'object' }, keywords)
}

/** A member with a default may be left out, and is there for whoever reads what was validated. */
export function record<const M extends Members>(
  members: M,
  keywords?: Keywords
): RecordFormat<RecordOf<M>> {
  const required = Object.keys(members).filter(name => {
    const member = members[name] as Members[string]
    return !isOptional(member) && member.default === undefined
  })
  const properties = Object.entries(members).map(([name, member]) => [
    name,
    isOptional(member) ? member.optional : member
  ])
  return makeFormat(
    { type: 'object', required, properties: Object.fromEntries(properties) },
    keywords
  ) as RecordFormat<RecordOf<M>>
}

/** A record with a schema of its own: its name and version (`report.v1`), title and words. */
export function released<const M extends Members>(
  name: string,
  title: string,
  description: string,
  members: M
): RecordFormat<RecordOf<M>> {
  return record(members, named(name, title, description))
}

/** The same, without any other member. */
export function strict<const M extends Members>(
  members: M,
  keywords: Readonly<Record<string, unknown>> = {}
): RecordFormat<RecordOf<M>> {
  return record(members, { additionalProperties: false, ...keywords })
}

export function optional<Value>(format: Format<Value>): Optional<Value> {
  return { optional: format }
}

export const nothing: Format<null> = makeFormat({ type: 'null' })

export function either<A, B>(one: Format<A>, other: Format<B>, keywords?: Keywords): Format<A | B> {
  return makeFormat({ anyOf: [one, other] }, keywords)
}

export function orNull<Value>(format: Format<Value>): Format<Value | null> {
  if (typeof format.type !== 'string') return either(format, nothing)
  const withNull = { ...format, type: [format.type, 'null'] }
  return makeFormat(
    Array.isArray(format.enum) ? { ...withNull, enum: [...format.enum, null] } : withNull
  )
}

/** A format that others refer to by name, in the file that all share. */
export function shared<F extends Format>(name: string, format: F): Format<ValueOf<F>> {
  return referring(`${sharedFile}#/$defs/${name}`, format)
}

/** A format that others refer to by name, in the schema that states it under `$defs`. */
export function local<F extends Format>(name: string, format: F): Format<ValueOf<F>> {
  return referring(`#/$defs/${name}`, format)
}

/** A format that others refer to by name, in the OpenAPI document of its user. */
export function component<Value>(name: string, format: object): Format<Value> {
  return referring(`${componentPrefix}${name}`, format as Format<Value>)
}

export const componentPrefix = '#/components/schemas/'

/**
 * A format that its reader checks in code, which names faults better than a schema: documents show
 * `as`.
 */
export function readAs<Value>(format: Format<Value>, as: object): Format<Value> {
  return { ...format, [shown]: as as Format }
}

export function makeShown(format: Format): Format {
  return format[shown] ?? format
}

/** A format with its own name and words. */
export function withKeywords<F extends Format>(format: F, keywords: Keywords): F {
  return { ...readKeywords(keywords), ...format }
}

export function makeDefinition<Value>(format: Format<Value>): Format<Value> {
  return format[definition] ?? format
}

function referring<F extends Format>(reference: string, format: F): Format<ValueOf<F>> {
  return makeFormat({ $ref: reference, [definition]: format })
}

export function isOptional(member: Format | Optional): member is Optional {
  return 'optional' in member
}

/**
 * A schema written out, for what no other function here makes; `Value` is for its author to get
 * right.
 */
export function makeFormat<Value>(schema: object, keywords: Keywords = {}): Format<Value> {
  return { ...readKeywords(keywords), ...schema } as Format<Value>
}

function readKeywords(keywords: Keywords) {
  return typeof keywords === 'string' ? { description: keywords } : keywords
}

export interface JsonSchema {
  readonly [keyword: string]: unknown
}

export type Properties = Readonly<Record<string, JsonSchema>>

/** A reference to a schema under `components.schemas` of the document. */
export function ref(name: string): Format {
  return makeFormat({ $ref: `#/components/schemas/${name}` })
}

export function shape(
  name: string,
  description: string,
  properties: Properties,
  optional: readonly string[] = []
): Format {
  return component(name, part(description, properties, optional))
}

/** An object in an answer: its members are made of parts of other schemas, all required but those in `optional`. */
export function part(
  description: string,
  properties: Properties,
  optional: readonly string[] = []
): Format {
  return makeFormat(listMembers(properties, optional), description)
}

function listMembers(properties: Properties, optional: readonly string[]): JsonSchema {
  const required = Object.keys(properties).filter(name => !optional.includes(name))
  return { type: 'object', required, properties }
}

/** One page of a list, in the common form of all lists. */
export function buildPage(items: Format, description: string): Format {
  return part(description, {
    items: listOf(items),
    next: { type: ['string', 'null'] }
  })
}

/**
 * The same in an answer, or null: a nullable word is stated as two alternatives, because few client
 * generators handle null among the words.
 */
export function nullable(schema: JsonSchema): Format {
  const { description, ...rest } = schema
  const isPlain = typeof schema.type === 'string' && schema.enum === undefined
  const nullable = isPlain
    ? { ...rest, type: [schema.type, 'null'] }
    : { anyOf: [rest, { type: 'null' }] }
  return makeFormat(nullable, withDescription(description))
}

export const count = (description?: string): Format =>
  integer({ ...withDescription(description), minimum: 0 })
export const instant = (description?: string): Format =>
  text({ ...withDescription(description), format: 'date-time' })

function withDescription(description: unknown): JsonSchema {
  return description === undefined ? {} : { description }
}

/**
 * An object that has the members of a component, and these. In two parts: generators of Python
 * clients leave out members beside a list of one.
 */
export function extend(
  description: string,
  base: string | Format,
  properties: Properties,
  optional: readonly string[] = []
): JsonSchema {
  return {
    description,
    allOf: [typeof base === 'string' ? ref(base) : base, listMembers(properties, optional)]
  }
}
