// What the list is filtered by, in words. Pure.

import { type QueueFilter, wholeQueue } from '../../queue/queue-filter.ts'
import { patternWords } from '../../words/alert-words.ts'
import { areaWords, countryWords } from '../../words/code-names.ts'
import { words } from '../../words/words.ts'

/** A part of what is listed. */
export type Part = Exclude<keyof QueueFilter, 'sort' | 'group'>

/** In the order in which they are offered. */
const parts: readonly Part[] = [
  ...([
    'text',
    'severity',
    'status',
    'holder',
    'theatre',
    'pattern',
    'country',
    'admin1',
    'certainty',
    'within'
  ] as const),
  ...(['unanswered', 'withOldNews', 'withDrills'] as const)
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
    case 'holder':
      return filters.active(filters.holder, filters.holders[now.holder])
    case 'theatre':
      return filters.active(filters.theatre, now.theatre)
    case 'pattern':
      return filters.active(filters.pattern, patternWords(now.pattern))
    case 'country':
      return filters.active(filters.country, countryWords(now.country))
    case 'admin1':
      return filters.active(filters.area, areaWords(now.admin1))
    case 'certainty':
      return filters.active(
        filters.certainty,
        (words.certainties as Readonly<Record<string, string>>)[now.certainty] ?? now.certainty
      )
    case 'within':
      return now.within === '' ? '' : filters.active(filters.within, filters.withins[now.within])
    case 'unanswered':
      return filters.unanswered
    case 'withOldNews':
      return filters.without(filters.quiet)
    case 'withDrills':
      return filters.without(filters.drills)
    default:
      return part satisfies never
  }
}

/** What a silence can carry of it. */
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
  return activeParts(now)
    .filter(part => !those.includes(part))
    .map(part => partWords(part, now))
}
