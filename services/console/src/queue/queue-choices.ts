// What the menus of the filters offer: what the known alerts carry, and what is chosen already.
// Pure.

import type { ShownAlert } from '../shown/shown-alert.ts'
import type { QueueFilter } from './queue-filter.ts'

export interface Choices {
  readonly patterns: readonly string[]
  readonly countries: readonly string[]
  readonly theatres: readonly string[]
  /** Codes as in ISO 3166-2. */
  readonly areas: readonly string[]
}

export const noChoices: Choices = { patterns: [], countries: [], theatres: [], areas: [] }

/** Each in order, once. O(alerts). */
export function choicesAmong(
  alerts: Iterable<Pick<ShownAlert, 'pattern' | 'theatre' | 'area'>>
): Choices {
  const found = {
    patterns: new Set<string>(),
    countries: new Set<string>(),
    theatres: new Set<string>(),
    areas: new Set<string>()
  }
  for (const { pattern, theatre, area } of alerts) {
    found.patterns.add(pattern)
    found.theatres.add(theatre)
    for (const country of area.country) found.countries.add(country)
    for (const code of area.admin1) found.areas.add(code)
  }
  const { patterns, countries, theatres, areas } = found
  return {
    patterns: [...patterns].sort(),
    countries: [...countries].sort(),
    theatres: [...theatres].sort(),
    areas: [...areas].sort()
  }
}

/**
 * With what is chosen, although no known alert has it: an address may name it, and the menu must
 * say what holds.
 */
export function withChosen(known: readonly string[], chosen: string): readonly string[] {
  return chosen === '' || known.includes(chosen) ? known : [...known, chosen].sort()
}

/** Whether there is anything to choose, or a choice to take back. */
export function isChoice(known: readonly string[], chosen: string): boolean {
  return known.length > 1 || chosen !== ''
}

/** `ML` of `ML-4`. */
export function countryOfArea(code: string): string {
  return code.split('-')[0] ?? code
}

/** Areas to choose from, by country: those of the chosen one, or all. */
export function areasOffered(
  { areas }: Choices,
  { country, admin1 }: Pick<QueueFilter, 'country' | 'admin1'>
) {
  const within = areas.filter(code => country === '' || countryOfArea(code) === country)
  return Object.entries(Object.groupBy(withChosen(within, admin1), countryOfArea)).map(
    ([of, codes]): readonly [string, readonly string[]] => [of, codes ?? []]
  )
}

/** Another country: an area that lies elsewhere would leave nothing to list. */
export function inCountry(filter: QueueFilter, country: string): QueueFilter {
  const stays = country === '' || filter.admin1 === '' || countryOfArea(filter.admin1) === country
  return { ...filter, country, admin1: stays ? filter.admin1 : '' }
}
