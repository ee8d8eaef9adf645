// Data that somebody types, as JSON or YAML, with the line and column of what is wrong. Pure.

import type { PackFault } from '@tocsin/rule-packs/pack-fault'
import { readPositionedYaml } from '@tocsin/rule-packs/placed-yaml'
import type { FieldFault } from '../shown/answers.ts'

export interface TypedFault {
  readonly line: number
  readonly column: number
  readonly detail: string
  /** Of the member that it is about, if the suite found it. */
  readonly pointer?: string
}

export type TypedData =
  | {
      readonly kind: 'value'
      readonly value: unknown
      /** Where the member is that a refusal of the suite is about. */
      readonly placeOf: (fault: FieldFault) => TypedFault
    }
  | { readonly kind: 'faults'; readonly faults: readonly TypedFault[] }

/** JSON is YAML too. */
export function readTyped(text: string): TypedData {
  const read = readPositionedYaml(new TextEncoder().encode(text))
  if (!read.ok)
    return {
      kind: 'faults',
      faults: read.faults.map(({ line, column, detail }) => ({ line, column, detail }))
    }
  const { value, keyPositionOf } = read.data
  return {
    kind: 'value',
    value,
    placeOf: ({ pointer, detail }) => ({
      ...keyPositionOf(readPath(pointer, value)),
      detail,
      pointer
    })
  }
}

/** `/rules/0/id` of a value in which `rules` is a list: `['rules', 0, 'id']`. */
function readPath(pointer: string, value: unknown): PackFault['path'] {
  const path: (string | number)[] = []
  let at = value
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    const step = Array.isArray(at) ? Number(name) : name
    path.push(step)
    at =
      typeof at === 'object' && at !== null
        ? (at as Readonly<Record<string | number, unknown>>)[step]
        : undefined
  }
  return path
}
