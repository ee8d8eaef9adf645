// What an alert says of limits that incidents of its evidence met before any rule saw them. Source:
// decision 0005.

import { type Handling, maySee } from '../report/handling.ts'
import { partnersMax } from './crowds.ts'
import { furtherPlacesMax, type Incident } from './incident.ts'

/**
 * Notes on triggers, and on the support that readers of a handling may see. Empty if there is
 * nothing to say.
 */
export function limitNotes(
  triggers: readonly Incident[],
  support: readonly Incident[],
  level: Handling
): string {
  let inCrowds = 0
  let cut = 0
  const count = (incident: Incident) => {
    if (incident.inCrowd) inCrowds += 1
    if (incident.arePlacesCut) cut += 1
  }
  for (const incident of triggers) count(incident)
  for (const incident of support) if (maySee(level, incident.handling)) count(incident)
  return `${crowdNote(inCrowds)}${placesNote(cut)}`
}

function crowdNote(count: number): string {
  if (count === 0) return ''
  return ` ${incidentsOf(count)} ${isOrAre(count)} out of a crowd: of more than ${partnersMax} reports of one place and time it can't be told which are of one event, so that an event and its dead may count several times. An officer can merge them, two at a time.`
}

function placesNote(count: number): string {
  if (count === 0) return ''
  return ` ${incidentsOf(count)} ${isOrAre(count)} reported at more than ${furtherPlacesMax} further places: at the others nothing is counted.`
}

function incidentsOf(count: number): string {
  return count === 1 ? 'One incident of its evidence' : `${count} incidents of its evidence`
}

function isOrAre(count: number): string {
  return count === 1 ? 'is' : 'are'
}
