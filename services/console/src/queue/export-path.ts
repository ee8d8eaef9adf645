// The file of what the list is filtered by, as the suite writes it. Pure.

import { makeWanted } from './facet.ts'
import type { QueueFilter } from './queue-filter.ts'

export const exportFormats = ['csv', 'geojson'] as const
export type ExportFormat = (typeof exportFormats)[number]

const statuses = { open: 'provisional,confirmed', closed: 'retracted,resolved' } as const

/**
 * The address of the file. What the suite has no filter for is not part of it (filter-words.ts
 * names it).
 */
export function exportPath(filter: QueueFilter, format: ExportFormat): string {
  const { severity, status, withDrills } = filter
  const query = new URLSearchParams({ kind: 'alerts', format })
  for (const [name, values] of Object.entries({ severity, ...wantedValues(filter) }))
    if (values.length > 0) query.set(name, values.join(','))
  if (status !== 'all') query.set('status', statuses[status])
  // People open the file in Excel, which takes a file without the mark for another encoding.
  if (format === 'csv') query.set('bom', 'true')
  if (!withDrills) query.set('drill', 'false')
  return `/v1/export?${query}`
}

/** What the suite can filter and silence by. */
export function wantedValues({ pattern, theatre, country, admin1, certainty }: QueueFilter) {
  return {
    pattern: makeWanted(pattern),
    theatre: makeWanted(theatre),
    country: makeWanted(country),
    admin1: makeWanted(admin1),
    certainty: makeWanted(certainty)
  }
}
