// How sure a finding is: CAP's certainty, from the grades of triggers.

import type { Incidents } from '../data/incidents.ts'
import { flag } from '../data/vocabulary.ts'
import type { Finding } from '../rules/finding.ts'
import type { Certainty } from './alert.ts'

/** Best first. */
const certainties: readonly Certainty[] = ['observed', 'likely', 'possible', 'unlikely']

const possibleRank = 2

/** Best credibility of two independent sources that agree, or of a confirmed report. */
const observedCredibility = 2

/**
 * A finding needs as many triggers as its threshold: it takes the best, and is as certain as the
 * weakest of these. A rule that counts deaths computes a certainty from low, best and high; the
 * triggers limit it.
 */
export function computeCertainty(
  incidents: Incidents,
  finding: Finding,
  triggers: readonly number[],
  threshold: number
): Certainty {
  const counts = [0, 0, 0, 0]
  const own = finding.computeCertainty()
  let needed = Math.min(triggers.length, Math.max(1, Math.round(threshold)))
  for (const row of triggers) {
    const rank = rankCertainty(incidents, row)
    counts[mayBeAmong(incidents, row, triggers) ? Math.max(possibleRank, rank) : rank]! += 1
    if (counts[0] === needed && own === null) return 'observed'
  }
  if (own !== null) return limitCertainty(own, counts, incidents, triggers)
  if (triggers.length === 0) return 'possible'
  let rank = 0
  while (needed > counts[rank]!) needed -= counts[rank++]!
  return certainties[rank]!
}

function limitCertainty(
  own: Certainty,
  [observed, likely, possible]: readonly number[],
  incidents: Incidents,
  triggers: readonly number[]
): Certainty {
  if (observed! + likely! === 0) return possible! > 0 ? 'possible' : 'unlikely'
  const isSure = triggers.some(row => !restsOnAssumedPlace(incidents, row))
  return own === 'observed' && !isSure ? 'likely' : own
}

/** True if the incident may be one of the other triggers: two reports of one attack. */
function mayBeAmong({ mayBe }: Incidents, row: number, triggers: readonly number[]): boolean {
  if (mayBe.size === 0) return false
  return mayBe.get(row)?.some(other => triggers.includes(other)) === true
}

/** 0 observed, 1 likely, 2 possible, 3 unlikely. F and 6 are unknown grades, hence `possible`. */
export function rankCertainty(incidents: Incidents, row: number): number {
  const { columns } = incidents
  const flags = columns.flags[row]!
  if ((flags & flag.usableGrade) === 0) return 3
  if ((flags & flag.gradeKnown) === 0) return 2
  const isConfirmed =
    incidents.getOrigins(row).length >= 2 && columns.credibility[row]! <= observedCredibility
  return isConfirmed && !restsOnAssumedPlace(incidents, row) ? 0 : 1
}

/** True if bare coordinates give a place of the incident its precision. */
function restsOnAssumedPlace({ columns, otherPlaces }: Incidents, row: number): boolean {
  if ((columns.flags[row]! & flag.assumedPlace) !== 0) return true
  if (otherPlaces.size === 0) return false
  return (otherPlaces.get(row) ?? []).some(place => (place.flags & flag.assumedPlace) !== 0)
}
