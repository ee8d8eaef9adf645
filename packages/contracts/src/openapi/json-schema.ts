// Helpers for writing JSON Schemas (2020-12) of answers. They give plain data; nothing is validated here.

/** A JSON Schema, as data. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

export type Properties = Readonly<Record<string, JsonSchema>>

/** A reference to a schema under `components.schemas` of the document. */
export function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}

/** An object with these members, all required but those in `optional`. */
export function record(description: string, properties: Properties, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter(name => !optional.includes(name))
  return { description, type: 'object', required, properties }
}

export function listOf(items: JsonSchema, description?: string): JsonSchema {
  return { ...(description === undefined ? {} : { description }), type: 'array', items }
}

/** One page of a list, in the common form of all lists. */
export function pageOf(items: JsonSchema, description: string): JsonSchema {
  return record(description, {
    items: listOf(items),
    next: { description: 'What to send as `cursor` for the next page; null behind the last.', type: ['string', 'null'] }
  })
}

export function oneOfWords(words: readonly string[], description?: string): JsonSchema {
  return { ...(description === undefined ? {} : { description }), type: 'string', enum: [...words] }
}

/** The same, or null. */
export function orNull(schema: JsonSchema): JsonSchema {
  if (typeof schema.type === 'string' && schema.enum === undefined) return { ...schema, type: [schema.type, 'null'] }
  const { description, ...rest } = schema
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: 'null' }] }
}

export const text = (description?: string): JsonSchema => ({ ...described(description), type: 'string' })
export const count = (description?: string): JsonSchema => ({ ...described(description), type: 'integer', minimum: 0 })
export const truth = (description?: string): JsonSchema => ({ ...described(description), type: 'boolean' })
export const instant = (description?: string): JsonSchema => ({ ...described(description), type: 'string', format: 'date-time' })

function described(description: string | undefined): JsonSchema {
  return description === undefined ? {} : { description }
}
