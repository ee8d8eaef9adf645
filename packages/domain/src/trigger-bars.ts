// Why an incident starts nothing, or nothing of some rules: for reporters and analysts who ask. Alerts never rest on it. Pure.

import type { Incident, IncidentPlace } from './incident.ts'
import { placesOf } from './incident.ts'
import { compilePredicate } from './incident-predicate.ts'
import { type PlaceNeed, resolveParameters } from './pattern.ts'
import { patterns } from './pattern-catalogue.ts'
import type { RuleVersion } from './theatre-record.ts'

/** Rules that a place is too coarse for, and what they need, in words: `a point known to 20 km`. */
export interface PlaceBar {
  readonly needs: string
  /** In order of text. */
  readonly rules: readonly string[]
}

/** The rules that would look at an incident and that none of its places is enough for, by what they need. Rules that can't be made out are passed over. */
export function placeBarsOf(incident: Incident, rules: Iterable<RuleVersion>): readonly PlaceBar[] {
  // A statistic never triggers, wherever it was.
  if (incident.category === 'statistic') return []
  const barred = new Map<string, string[]>()
  for (const rule of rules) {
    const needs = needsOf(rule, incident)
    if (needs.length === 0 || placesOf(incident).some(place => needs.some(need => meets(place, need)))) continue
    const words = needs.map(wordsOf).join(', or ')
    barred.set(words, [...(barred.get(words) ?? []), rule.ruleId])
  }
  return [...barred].map(([needs, ids]) => ({ needs, rules: ids.sort() })).sort((a, b) => (a.needs < b.needs ? -1 : 1))
}

function needsOf(rule: RuleVersion, incident: Incident): readonly PlaceNeed[] {
  const pattern = patterns.get(rule.pattern)
  if (pattern?.placeNeeds === undefined || !looksAt(rule, incident)) return []
  try {
    return pattern.placeNeeds(incident, resolveParameters(pattern, rule.parameters))
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}

const tests = new WeakMap<RuleVersion, (incident: Incident) => boolean>()

/** False where the rule's own predicate leaves the incident out. */
function looksAt(rule: RuleVersion, incident: Incident): boolean {
  if (rule.where === undefined) return true
  const test = tests.get(rule) ?? compiled(rule.where)
  tests.set(rule, test)
  return test(incident)
}

function compiled(where: string): (incident: Incident) => boolean {
  const predicate = compilePredicate(where)
  return predicate.ok ? incident => predicate.test(incident, () => {}) : () => false
}

function meets({ lat, radiusKm, settlement, areaCertain }: IncidentPlace, need: PlaceNeed): boolean {
  if (need.withinKm !== undefined && (lat === null || (radiusKm ?? Number.POSITIVE_INFINITY) > need.withinKm)) return false
  if (need.settlement === true && settlement === null) return false
  return need.area !== true || areaCertain
}

function wordsOf({ withinKm, settlement, area }: PlaceNeed): string {
  if (area === true) return 'an area that it lies in for certain'
  const what = settlement === true ? 'a settlement' : 'a point'
  return withinKm === undefined ? `${what} that is known` : `${what} known to ${withinKm} km`
}
