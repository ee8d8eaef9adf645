// Perpetrators that a report names. A generic name such as `unknown` identifies nobody: two unknown perpetrators need not be the
// same.

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
export function namedPerpetrators(incident: Incident, genericActors: readonly string[]): readonly NamedActor[] {
  // One step of a fold asks for the same incident several times.
  if (last.incident === incident && last.genericActors === genericActors) return last.named
  const actors = actorsOfRole(incident, 'perpetrator')
  const generic = keysOf(genericActors)
  const named = actors.filter(actor => !generic.has(actor.key))
  last = { incident, genericActors, named }
  return named
}

interface Asked {
  readonly incident: Incident | null
  readonly genericActors: readonly string[]
  readonly named: readonly NamedActor[]
}

let last: Asked = { incident: null, genericActors: [], named: [] }

const genericKeys = new WeakMap<readonly string[], ReadonlySet<string>>()

function keysOf(names: readonly string[]): ReadonlySet<string> {
  const known = genericKeys.get(names) ?? new Set(names.map(actorKey))
  genericKeys.set(names, known)
  return known
}
