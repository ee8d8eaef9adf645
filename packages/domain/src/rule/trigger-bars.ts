// Why an incident starts nothing, or nothing of some rules: for reporters and analysts who ask. Alerts never rest on it. Pure.

import { type PlaceNeed, resolveParameters } from '../detection/pattern.ts'
import type { Incident, IncidentPlace } from '../incident/incident.ts'
import { placesOf } from '../incident/incident.ts'
import { patterns } from '../patterns/pattern-catalogue.ts'
import { compilePredicate } from '../predicate/incident-predicate.ts'
import type { RuleVersion } from '../record/theatre-record.ts'

/** What rules by area need, in words. */
export const certainArea = 'an area that it lies in for certain'

/** Rules that a place is too coarse for, and what they need, in words: `a point known to 20 km`. */
export interface PlaceBar {
  readonly needs: string
  /** In order of text. */
  readonly rules: readonly string[]
}

/** The rules that would look at an incident and that none of its places is enough for, by what they need. */
export function placeBarsOf(incident: Incident, rules: Iterable<RuleVersion>): readonly PlaceBar[] {
  return placeBarring(rules)(incident)
}

/** The same for many incidents. Rules that can't be made out are passed over. */
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

/** What a rule needs, its parameters and its predicate read once; none for one that needs no place, or can't be made out. */
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
