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

type Part = Exclude<keyof QueueFilter, 'sort' | 'group'>

const parts: readonly Part[] = [
  ...(['text', 'severity', 'status', 'owner', 'theatre', 'pattern', 'country'] as const),
  ...(['admin1', 'certainty', 'within', 'unacknowledged', 'withOldNews', 'withDrills'] as const)
]

/** Parts that differ from the whole list. */
export function activeParts(now: QueueFilter): readonly Part[] {
  return parts.filter(part => JSON.stringify(now[part]) !== JSON.stringify(wholeQueue[part]))
}

export function partWords(part: Part, now: QueueFilter): string {
  const { filters } = words
  const { text, severity, status, within } = now
  const of = (name: string, value: string) => filters.active(name, value)
  if (part === 'text') return of(filters.search, text)
  if (part === 'severity')
    return of(filters.severity, severity.map(each => words.severities[each]).join(', '))
  if (part === 'status') return of(filters.status, filters.statuses[status])
  if (part === 'within') return within === '' ? '' : of(filters.within, filters.withins[within])
  if (part === 'unacknowledged') return words.unacknowledged.one
  if (part === 'withOldNews') return filters.without(filters.quiet)
  if (part === 'withDrills') return filters.without(filters.drills)
  return of(filters.facets[part], facetWords(part, now[part]))
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

export function facetValueWords(name: FacetName, value: string): string {
  const { owners } = words.filters
  if (name !== 'owner') return valueWords(name, value)
  return value === noOwner || value === me ? owners[value] : value.replace(/^@/, '')
}

const carried = ['severity', 'pattern', 'theatre', 'country', 'admin1', 'certainty'] as const

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
