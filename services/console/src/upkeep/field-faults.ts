// A refusal of the suite, shown next to the field that it is about.

import type { Problem } from '../shown/answers.ts'

export interface Faults {
  /** By field, such as `url` or `location/name`. */
  readonly byField: ReadonlyMap<string, string>
  /** Faults about no shown field; null if all faults are shown next to their fields. */
  readonly rest: string | null
}

export const noFaults: Faults = { byField: new Map(), rest: null }

/**
 * `fields`: those that the form shows. A fault within a field, such as in an item of a list, is
 * shown next to the field.
 */
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
