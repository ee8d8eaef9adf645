// Perpetrators that a report names. A generic name such as `unknown` identifies nobody: two unknown
// perpetrators need not be the same.

import type { Parameter } from '../../detection/pattern.ts'
import type { Incident } from '../../incident/incident.ts'
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
  meaning: 'generic names, which identify nobody: such actors are not compared',
  source: 'our choice: what importers and reporters write where nobody is known'
}

/** Each identified perpetrator once. */
export function namedPerpetrators(
  incident: Incident,
  genericActors: readonly string[]
): readonly NamedActor[] {
  // Every rule over perpetrators asks, and many incidents share their actors.
  const known = asked.get(incident.actors)
  if (known?.genericActors === genericActors) return known.named
  const generic = keysOf(genericActors)
  const named = actorsOfRole(incident, 'perpetrator').filter(actor => !generic.has(actor.key))
  asked.set(incident.actors, { genericActors, named })
  return named
}

interface Asked {
  readonly genericActors: readonly string[]
  readonly named: readonly NamedActor[]
}

const asked = new WeakMap<Incident['actors'], Asked>()

const genericKeys = new WeakMap<readonly string[], ReadonlySet<string>>()

function keysOf(names: readonly string[]): ReadonlySet<string> {
  const known = genericKeys.get(names) ?? new Set(names.map(actorKey))
  genericKeys.set(names, known)
  return known
}
