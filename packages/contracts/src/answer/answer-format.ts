// JSON Schemas (2020-12) of answers, as plain data; they validate no data here. The plain builders
// are those of formats (decision 0014). Records and nullable members have their own here: an answer
// refers to components of the document, is made of parts of other schemas, and states a nullable
// word as two alternatives, because few client generators handle null among the words.

import { component, type Format, integer, listOf, makeFormat, text } from '../format/format.ts'

export { component, listOf, number, text, truth, words } from '../format/format.ts'

/** A JSON Schema, as data. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

export type Properties = Readonly<Record<string, JsonSchema>>

/** A reference to a schema under `components.schemas` of the document. */
export function ref(name: string): Format {
  return makeFormat({ $ref: `#/components/schemas/${name}` })
}

/** The same by name, as a component. */
export function shape(
  name: string,
  description: string,
  properties: Properties,
  optional: readonly string[] = []
): Format {
  return component(name, record(description, properties, optional))
}

/** An object with these members, all required but those in `optional`. */
export function record(
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
  return record(description, {
    items: listOf(items),
    next: { type: ['string', 'null'] }
  })
}

/** The same, or null. */
export function orNull(schema: JsonSchema): Format {
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
