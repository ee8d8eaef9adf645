// What the list is filtered by, in words. Pure.

import {
  type Facet,
  type FacetName,
  me,
  noOwner,
  type QueueFilter,
  wantedValues,
  wholeQueue
} from '../../queue/queue-filter.ts'
import { valueWords } from '../../words/filter-words.ts'
import { words } from '../../words/words.ts'

/** A part of what is listed. */
export type Part = Exclude<keyof QueueFilter, 'sort' | 'group'>

/** In the order in which they are offered. */
const parts: readonly Part[] = [
  ...([
    'text',
    'severity',
    'status',
    'owner',
    'theatre',
    'pattern',
    'country',
    'admin1',
    'certainty',
    'within'
  ] as const),
  ...(['unacknowledged', 'withOldNews', 'withDrills'] as const)
]

/** Parts that differ from the whole list. */
export function activeParts(now: QueueFilter): readonly Part[] {
  return parts.filter(part => JSON.stringify(now[part]) !== JSON.stringify(wholeQueue[part]))
}

/** `Country: Mali`. */
export function partWords(part: Part, now: QueueFilter): string {
  const { filters } = words
  switch (part) {
    case 'text':
      return filters.active(filters.search, now.text)
    case 'severity':
      return filters.active(
        filters.severity,
        now.severity.map(each => words.severities[each]).join(', ')
      )
    case 'status':
      return filters.active(filters.status, filters.statuses[now.status])
    case 'owner':
    case 'theatre':
    case 'pattern':
    case 'country':
    case 'admin1':
    case 'certainty':
      return filters.active(filters.facets[part], facetWords(part, now[part]))
    case 'within':
      return now.within === '' ? '' : filters.active(filters.within, filters.withins[now.within])
    case 'unacknowledged':
      return filters.unacknowledged
    case 'withOldNews':
      return filters.without(filters.quiet)
    case 'withDrills':
      return filters.without(filters.drills)
    default:
      return part satisfies never
  }
}

/** `Mali, Niger, not Burkina Faso`. */
function facetWords(name: FacetName, facet: Facet): string {
  return facet
    .map(each =>
      each.startsWith('-')
        ? words.filters.not(facetValueWords(name, each.slice(1)))
        : facetValueWords(name, each)
    )
    .join(', ')
}

/** One value of a facet. */
export function facetValueWords(name: FacetName, value: string): string {
  const { owners } = words.filters
  if (name !== 'owner') return valueWords(name, value)
  return value === noOwner || value === me ? owners[value] : value.replace(/^@/, '')
}

/** The filters that a silence supports. */
const carried: readonly Part[] = [
  'severity',
  'pattern',
  'theatre',
  'country',
  'admin1',
  'certainty'
]

/** What the list is filtered by and a silence is not, in words. */
export function notSilenced(now: QueueFilter): readonly string[] {
  return without(now, carried)
}

/** What the list is filtered by and a file is not, in words: the suite has no such filter. */
export function notExported(now: QueueFilter): readonly string[] {
  return without(now, [...carried, 'status', 'withDrills'])
}

function without(now: QueueFilter, those: readonly Part[]): readonly string[] {
  const only: Readonly<Record<string, Facet>> = wantedValues(now)
  return activeParts(now)
    .filter(part => !those.includes(part) || only[part]?.length === 0)
    .map(part => partWords(part, now))
}
