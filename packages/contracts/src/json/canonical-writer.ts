// Writers of canonical JSON for values of one format, compiled from it: sorting some fifty names for
// each report took longer than all other work on its text.

import build, { type Schema } from 'fast-json-stringify'
import { type Format, makeDefinition } from '../format/format.ts'
import { toCanonicalJson } from './canonical-json.ts'

/**
 * A function that gives the text of `toCanonicalJson` for values of the format; members that the
 * format does not name are left out. It throws for NaN and for lone surrogates.
 */
export function compileWriter<Value>(format: Format<Value>): (value: Value) => string {
  let write: ((value: Value) => string) | null = null
  return value => {
    write ??= build(makeOrdered(format))
    const text = write(value)
    // A lone surrogate is written as this escape; a valid text may also contain these characters.
    return text.includes('\\ud') ? toCanonicalJson(value) : text
  }
}

/** The types of a format, members in canonical order. */
function makeOrdered(format: Format): Schema {
  const { type, properties, items, prefixItems, anyOf } = makeDefinition(format) as Format & {
    readonly properties?: Readonly<Record<string, Format>>
    readonly prefixItems?: readonly Format[]
    readonly anyOf?: readonly Format[]
  }
  if (properties !== undefined) {
    // None is required: required members would be written first.
    const members = Object.keys(properties)
      .sort()
      .map(name => [name, makeOrdered(properties[name]!)])
    return { type, properties: Object.fromEntries(members) } as Schema
  }
  const item = prefixItems?.[0] ?? items
  if (item !== undefined) return { type, items: makeOrdered(item as Format) } as Schema
  if (anyOf === undefined) return { type } as Schema
  return { ...makeOrdered(anyOf.find(each => each.type !== 'null')!), nullable: true } as Schema
}
