// First seen: an actor or a tactic appears in an area where it was not seen for a year, nor in the
// areas that touch it. The scope is the actor or tactic, so that its fold covers all areas; a
// sighting with an uncertain area or a poor grade neither raises it nor makes it known there, and
// what is hidden from readers of a level makes it known to those alone who see it.

import type { MachinePattern, ParameterTable } from '../../detection/pattern.ts'
import { placesOf } from '../../incident/incident.ts'
import { tellsOnce } from '../episode/growing-support.ts'
import type { FirstSeenKind, FirstSeenParameters } from './first-seen-episode.ts'
import { FirstSeenMachine } from './first-seen-machine.ts'

const source = 'patterns.md#new-actor'

/** In layers: what is new to readers of a level does not depend on what is hidden from them. */
export function firstSeen<P extends FirstSeenParameters>(
  kind: FirstSeenKind<P>
): MachinePattern<P> {
  const told = tellsOnce()
  const own: ParameterTable<FirstSeenParameters> = {
    absentDays: {
      default: 365,
      unit: 'days',
      meaning: 'time without a sighting, there and in the areas that touch it',
      source,
      min: 1
    },
    credibilityMax: {
      default: 3,
      unit: 'Admiralty credibility',
      meaning: 'worst credibility that raises it; 6, which cannot be judged, passes too',
      source,
      min: 1,
      max: 5
    },
    sourcesMin: {
      default: 2,
      unit: 'sources',
      meaning: 'independent sources, one of them of known grade, at which it escalates',
      source,
      min: 2
    },
    agesOutDays: {
      default: 365,
      unit: 'days',
      meaning: 'how long it counts as new',
      source,
      min: 1
    }
  }
  return {
    id: kind.id,
    words: kind.words,
    parameters: { ...own, ...kind.parameters } as ParameterTable<P>,
    examples: kind.examples,
    // A single sighting by one source is news and pages nobody.
    pagesFrom: 'severe',
    baselineDays: parameters => parameters.absentDays,
    looksBack: ({ absentDays, agesOutDays }) => ({ absentDays, agesOutDays }),
    placeNeeds: (incident, parameters) =>
      kind.shownBy(incident, parameters).length > 0 ? [{ area: true }] : [],
    scopesOf: (incident, parameters) =>
      incident.category === 'statistic' || placesOf(incident).every(place => place.admin1 === null)
        ? []
        : kind
            .shownBy(incident, parameters)
            .map(({ key }) => (incident.drill ? `drill/${key}` : `seen/${key}`)),
    // The last sighting is stated however long ago it was: one date per area.
    remembersForGood: true,
    hasNoNearMisses: true,
    machine: ground => new FirstSeenMachine(ground, kind, told)
  }
}
