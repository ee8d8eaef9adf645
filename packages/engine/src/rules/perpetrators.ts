// Perpetrators that a report names. A generic name such as `unknown` is no identity: two unknown
// perpetrators need not be the same.

import type { Incidents } from '../data/incidents.ts'
import { genericActors } from '../data/vocabulary.ts'
import { cacheByName } from './cache.ts'
import type { Parameter } from './definition.ts'

export const genericActorsParameter: Parameter<readonly string[]> = {
  default: genericActors,
  unit: 'names',
  meaning: 'generic names, which identify nobody: such actors are not compared',
  source: 'our choice: what importers and reporters write where nobody is known'
}

/** Lists the perpetrators of an incident that identify somebody, as numbers. */
export function makePerpetratorList(
  genericNames: readonly string[]
): (incidents: Incidents, row: number) => readonly number[] {
  const generic = new Set(genericNames.map(name => name.trim().toLowerCase()))
  const isGeneric = cacheByName(name => generic.has(name))
  return (incidents, row) => {
    const actors = incidents.getActors(row)
    const { names } = incidents.reports
    for (const actor of actors)
      if (isGeneric(names, actor)) return actors.filter(one => !isGeneric(names, one))
    return actors
  }
}

/** The name of an actor as a report states it. */
export function readActor(incidents: Incidents, actor: number): string {
  return incidents.reports.names.getStatedForm(actor)
}
