// Why an incident triggers nothing, or not some rules: for reporters and analysts. Alerts never rest on it. Pure.

import { type PlaceNeed, resolveParameters } from '../detection/pattern.ts'
import type { Incident, IncidentPlace } from '../incident/incident.ts'
import { placesOf } from '../incident/incident.ts'
import { patterns } from '../patterns/pattern-catalogue.ts'
import { compilePredicate } from '../predicate/incident-predicate.ts'
import type { RuleVersion } from '../record/theatre-record.ts'

/** What rules by area need, in words. */
export const certainArea = 'an area that it lies in for certain'

/** A requirement on places that an incident fails, and the rules that have it: `a point known to 20 km`. */
export interface PlaceBar {
  readonly needs: string
  /** In order of text. */
  readonly rules: readonly string[]
}

/** The rules that would take an incident if a place of it were precise enough, by requirement. */
export function placeBarsOf(incident: Incident, rules: Iterable<RuleVersion>): readonly PlaceBar[] {
  return placeBarring(rules)(incident)
}

/** The same for many incidents. Invalid rules are skipped. */
export function placeBarring(rules: Iterable<RuleVersion>): (incident: Incident) => readonly PlaceBar[] {
  const needing = [...rules].flatMap(needsOf)
  return incident => barsOf(incident, needing)
}

function barsOf(incident: Incident, needing: readonly NeedingRule[]): readonly PlaceBar[] {
  // A statistic never triggers, wherever it was.
  if (incident.category === 'statistic') return []
  const barred = new Map<string, string[]>()
  for (const { ruleId, needsFor } of needing) {
    const needs = needsFor(incident)
    if (needs.length === 0 || placesOf(incident).some(place => needs.some(need => meets(place, need)))) continue
    const words = needs.map(wordsOf).join(', or ')
    barred.set(words, [...(barred.get(words) ?? []), ruleId])
  }
  return [...barred].map(([needs, ids]) => ({ needs, rules: ids.sort() })).sort((a, b) => (a.needs < b.needs ? -1 : 1))
}

interface NeedingRule {
  readonly ruleId: string
  readonly needsFor: (incident: Incident) => readonly PlaceNeed[]
}

const nothing: readonly PlaceNeed[] = []

/** A rule's requirements, with parameters and predicate parsed once; none if it needs no place or is invalid. */
function needsOf({ ruleId, pattern: name, parameters, where }: RuleVersion): readonly NeedingRule[] {
  const pattern = patterns.get(name)
  const predicate = where === undefined ? null : compilePredicate(where)
  if (pattern?.placeNeeds === undefined || predicate?.ok === false) return []
  const looksAt = (incident: Incident) => predicate === null || predicate.test(incident, () => {})
  try {
    const resolved = resolveParameters(pattern, parameters)
    const needsFor = (incident: Incident) => (looksAt(incident) ? (pattern.placeNeeds?.(incident, resolved) ?? nothing) : nothing)
    return [{ ruleId, needsFor }]
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}

function meets({ lat, radiusKm, settlement, areaCertain }: IncidentPlace, need: PlaceNeed): boolean {
  if (need.withinKm !== undefined && (lat === null || (radiusKm ?? Number.POSITIVE_INFINITY) > need.withinKm)) return false
  if (need.settlement === true && settlement === null) return false
  return need.area !== true || areaCertain
}

function wordsOf({ withinKm, settlement, area }: PlaceNeed): string {
  if (area === true) return certainArea
  const what = settlement === true ? 'a settlement' : 'a point'
  return withinKm === undefined ? `${what} that is known` : `${what} known to ${withinKm} km`
}
