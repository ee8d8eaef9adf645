// fast-check arbitraries from JSON Schemas, for the keywords used in the published schemas. Unknown
// keywords are refused.

import type { JsonSchema } from '@tocsin/contracts/format/format'
import fc from 'fast-check'

export interface SchemaPlaces {
  /** Schemas by name, for `#/components/schemas/<name>`. */
  readonly schemas: Readonly<Record<string, JsonSchema>>
}

/** Longest generated list and text if the schema allows more. */
const itemsMax = 4
const charactersMax = 60

/** An arbitrary of values that fit. Throws for a keyword that it does not know. */
export function arbitraryOf(schema: JsonSchema, places: SchemaPlaces): fc.Arbitrary<unknown> {
  if (typeof schema.$ref === 'string') return arbitraryOf(schemaAt(schema.$ref, places), places)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]))
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.anyOf) && schema.type !== 'object') {
    return fc.oneof(...schema.anyOf.map(each => arbitraryOf(each as JsonSchema, places)))
  }
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map(type => arbitraryOf({ ...schema, type }, places)))
  switch (schema.type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer(bounds(schema, { min: -(2 ** 31), max: 2 ** 31 - 1 }))
    case 'number':
      return fc.double({ ...bounds(schema, { min: -1e9, max: 1e9 }), noNaN: true })
    case 'string':
      return textOf(schema)
    case 'array':
      return listOf(schema, places)
    case 'object':
      return objectOf(schema, places)
    case undefined:
      return fc.jsonValue()
    default:
      throw new Error(`no arbitrary for the type ${String(schema.type)}`)
  }
}

function schemaAt(reference: string, { schemas }: SchemaPlaces): JsonSchema {
  const found = schemas[reference.replace('#/components/schemas/', '')]
  if (found === undefined) throw new Error(`${reference} leads nowhere`)
  return found
}

function bounds(
  { minimum, maximum }: JsonSchema,
  otherwise: { readonly min: number; readonly max: number }
) {
  return {
    min: (minimum as number | undefined) ?? otherwise.min,
    max: (maximum as number | undefined) ?? otherwise.max
  }
}

function textOf({
  pattern,
  minLength = 0,
  maxLength = charactersMax
}: JsonSchema): fc.Arbitrary<string> {
  const least = minLength as number
  const most = Math.max(least, Math.min(maxLength as number, charactersMax))
  const fits = (text: string) =>
    [...text].length >= least && [...text].length <= (maxLength as number)
  const free = fc.string({ unit: 'grapheme', minLength: least, maxLength: most }).filter(fits)
  if (pattern === undefined) return free
  const expression = new RegExp(pattern as string, 'u')
  const matching = matchingOf(expression)
  return matching === null
    ? fc
        .oneof(free, fc.webUrl(), fc.lorem({ maxCount: 3 }))
        .filter(text => fits(text) && expression.test(text))
    : matching.filter(text => fits(text) && expression.test(text))
}

/** Null for an expression from which fast-check cannot generate, such as one with lookahead. */
function matchingOf(expression: RegExp): fc.Arbitrary<string> | null {
  try {
    return fc.stringMatching(expression)
  } catch {
    return null
  }
}

function listOf(
  { items = {}, minItems = 0, maxItems = itemsMax }: JsonSchema,
  places: SchemaPlaces
): fc.Arbitrary<unknown> {
  const least = minItems as number
  return fc.array(arbitraryOf(items as JsonSchema, places), {
    minLength: least,
    maxLength: Math.max(least, Math.min(maxItems as number, itemsMax))
  })
}

function objectOf(schema: JsonSchema, places: SchemaPlaces): fc.Arbitrary<unknown> {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>
  const alternatives = (schema.anyOf ?? [{}]) as readonly {
    readonly required?: readonly string[]
  }[]
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [name, arbitraryOf(member, places)])
  )
  const companions = (schema.dependentRequired ?? {}) as Readonly<Record<string, readonly string[]>>
  return fc.oneof(
    ...alternatives.map(({ required = [] }) => {
      const requiredKeys = [...new Set([...((schema.required ?? []) as string[]), ...required])]
      return fc
        .record(members, { requiredKeys })
        .map(value => withCompanions(value, companions))
        .filter(value => Object.keys(value).length >= ((schema.minProperties ?? 0) as number))
    })
  )
}

/** Removes members whose required companions are missing. */
function withCompanions(
  value: object,
  companions: Readonly<Record<string, readonly string[]>>
): object {
  const isAlone = (name: string) => companions[name]?.some(other => !(other in value)) ?? false
  return Object.fromEntries(Object.entries(value).filter(([name]) => !isAlone(name)))
}
