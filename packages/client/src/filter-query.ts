// A filter in a query: the same names as in JSON, values separated by commas.

import type { AlertFilter } from './alert.ts'

export function filterQuery(filter: AlertFilter): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filter) as [keyof AlertFilter, unknown][]) {
    if (value === undefined) continue
    if (Array.isArray(value)) query.set(name, value.join(','))
    else query.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return query
}
