// Perpetrators that a report names. Who is only called unknown is nobody in particular: two unknowns need not be the same.

import type { Incident } from '../incident.ts'
import type { Parameter } from '../pattern.ts'
import { actorKey, actorsOfRole, type NamedActor } from './actor-names.ts'

export const genericActorsParameter: Parameter<readonly string[]> = {
  default: [
    'unknown',
    'unknown actor',
    'unknown armed group',
    'unidentified',
    'unidentified actor',
    'unidentified armed group',
    'unidentified armed men',
    'unidentified gunmen',
    'armed group',
    'armed men',
    'gunmen',
    'bandits',
    'civilians',
    'protesters',
    'rioters'
  ],
  unit: 'names',
  meaning: 'names that say nothing of who it was: such actors are not compared',
  source: 'decision: what importers and reporters write where nobody is known'
}

/** Each perpetrator that is somebody, once. */
export function namedPerpetrators(incident: Incident, genericActors: readonly string[]): readonly NamedActor[] {
  const actors = actorsOfRole(incident, 'perpetrator')
  return actors.length === 0 ? actors : actors.filter(actor => !genericActors.some(name => actorKey(name) === actor.key))
}
