// Values of the shape that a format has, whatever stands in them: limits and lists of words are not
// kept, so that what is asked of a value's text is asked of more than can be posted or recorded.

import { type Format, makeDefinition } from '@tocsin/contracts/format/format'
import fc from 'fast-check'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

const text = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.constantFrom('a\\ud', '"', '\\', '\u007f', '\u2028', 'Ségou', '')
)
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 14.8252, 1e21)
)

/** Members in any order; optional ones are left out at times. */
export function arbitraryOf(format: Format): fc.Arbitrary<unknown> {
  const { type, properties, additionalProperties, items, prefixItems, required } =
    makeDefinition(format)
  const types = [type].flat()
  const one = (): fc.Arbitrary<unknown> => {
    if (types.includes('object') && properties === undefined)
      return fc.dictionary(text, arbitraryOf(additionalProperties as Format), {
        maxKeys: 3,
        noNullPrototype: true
      })
    if (types.includes('object'))
      return objectOf(properties as Readonly<Record<string, Format>>, required as string[])
    if (Array.isArray(prefixItems))
      return fc.tuple(...prefixItems.map(item => arbitraryOf(item as Format)))
    if (types.includes('array')) return fc.array(arbitraryOf(items as Format), { maxLength: 3 })
    if (types.includes('string')) return text
    if (types.includes('number')) return number
    if (types.includes('integer')) return fc.integer()
    if (types.includes('boolean')) return fc.boolean()
    throw new Error(`nothing to make for ${JSON.stringify(format)}`)
  }
  return types.includes('null') ? fc.option(one(), { nil: null }) : one()
}

function objectOf(
  properties: Readonly<Record<string, Format>>,
  requiredKeys: readonly string[]
): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, format]) => [name, arbitraryOf(format)])
  )
  const names = Object.keys(members)
  return fc
    .tuple(
      fc.record(members, { requiredKeys: [...requiredKeys] }),
      fc.shuffledSubarray(names, { minLength: names.length })
    )
    .map(([value, order]) =>
      Object.fromEntries(order.filter(name => name in value).map(name => [name, value[name]]))
    )
}
