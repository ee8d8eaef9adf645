// Why an incident triggers nothing, or not some rules: for reporters and analysts. Alerts never
// rest on it. Pure.

import { type PlaceNeed, resolveParameters } from '../detection/pattern.ts'
import type { Incident, IncidentPlace } from '../incident/incident.ts'
import { placesOf } from '../incident/incident.ts'
import { patterns } from '../patterns/pattern-catalogue.ts'
import { compilePredicate } from '../predicate/incident-predicate.ts'
import type { RuleVersion } from '../record/theatre-record.ts'

/** What rules by area need, in words. */
export const certainArea = 'an area that is certain'

/**
 * A requirement on places that an incident fails, and the rules that have it: `a point known to
 * within 20 km`.
 */
export interface UnmetPlaceNeed {
  readonly needs: string
  /** In order of text. */
  readonly rules: readonly string[]
}

/**
 * The rules that would see an incident if a place of it were precise enough, by requirement. Rules
 * are parsed once for many incidents; invalid ones are skipped.
 */
export function unmetPlaceNeedsBy(
  rules: Iterable<RuleVersion>
): (incident: Incident) => readonly UnmetPlaceNeed[] {
  const needing = [...rules].flatMap(needsOf)
  return incident => unmetOf(incident, needing)
}

function unmetOf(incident: Incident, needing: readonly NeedingRule[]): readonly UnmetPlaceNeed[] {
  // A statistic never triggers, wherever it was.
  if (incident.category === 'statistic') return []
  const rulesByNeed = new Map<string, string[]>()
  for (const { ruleId, needsFor } of needing) {
    const needs = needsFor(incident)
    if (
      needs.length === 0 ||
      placesOf(incident).some(place => needs.some(need => meets(place, need)))
    )
      continue
    const words = needs.map(wordsOf).join(', or ')
    rulesByNeed.set(words, [...(rulesByNeed.get(words) ?? []), ruleId])
  }
  return [...rulesByNeed]
    .map(([needs, ids]) => ({ needs, rules: ids.sort() }))
    .sort((a, b) => (a.needs < b.needs ? -1 : 1))
}

interface NeedingRule {
  readonly ruleId: string
  readonly needsFor: (incident: Incident) => readonly PlaceNeed[]
}

const nothing: readonly PlaceNeed[] = []

/**
 * A rule's requirements, with parameters and predicate parsed once; none if it needs no place or is
 * invalid.
 */
function needsOf({
  ruleId,
  pattern: name,
  parameters,
  where
}: RuleVersion): readonly NeedingRule[] {
  const pattern = patterns.get(name)
  const predicate = where === undefined ? null : compilePredicate(where)
  if (pattern?.placeNeeds === undefined || predicate?.ok === false) return []
  const looksAt = (incident: Incident) => predicate === null || predicate.test(incident, () => {})
  try {
    const resolved = resolveParameters(pattern, parameters)
    const needsFor = (incident: Incident) =>
      looksAt(incident) ? (pattern.placeNeeds?.(incident, resolved) ?? nothing) : nothing
    return [{ ruleId, needsFor }]
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}

function meets(
  { lat, radiusKm, settlement, areaCertain }: IncidentPlace,
  need: PlaceNeed
): boolean {
  if (
    need.withinKm !== undefined &&
    (lat === null || (radiusKm ?? Number.POSITIVE_INFINITY) > need.withinKm)
  )
    return false
  if (need.settlement === true && settlement === null) return false
  return need.area !== true || areaCertain
}

function wordsOf({ withinKm, settlement, area }: PlaceNeed): string {
  if (area === true) return certainArea
  const what = settlement === true ? 'settlement' : 'point'
  return withinKm === undefined ? `a known ${what}` : `a ${what} known to within ${withinKm} km`
}
