// How building blocks group incidents: the scopes of an incident, whether it may trigger in a
// scope, and how a group is described to people.

import { valuesOf } from '../../detection/incident-groups.ts'
import {
  buildReach,
  type LookBack,
  type Parameter,
  type ParameterFault
} from '../../detection/pattern.ts'
import type { Reach } from '../../detection/reach-division.ts'
import type { Finding, Situation } from '../../finding/finding.ts'
import { situationOf } from '../../finding/situation.ts'
import { type Incident, type IncidentPlace, placesOf } from '../../incident/incident.ts'
import { categoryName, wordsOfCode } from '../../incident/incident-names.ts'
import { groupKeys } from '../../record/theatre-record.ts'
import { areaInCountry } from '../../space-time/area-names.ts'
import { countryName } from '../../space-time/country-names.ts'

export const blockGroups = ['theatre', ...groupKeys] as const

export const groupByParameter: Parameter<string> = {
  default: 'theatre',
  unit: 'key',
  meaning: `one situation for each of: ${blockGroups.join(', ')}`,
  source: 'patterns.md#building-blocks'
}

const drillPrefix = 'drill/'
/** Before a value that itself begins like a scope of drills: anybody may name an actor so. */
const worldPrefix = 'world/'

/**
 * The scopes of an incident: one for each value of the key, drills kept apart. None for a
 * statistic.
 */
export function blockScopes(incident: Incident, groupBy: string): readonly string[] {
  if (incident.category === 'statistic') return []
  const values =
    groupBy === 'theatre' ? ['all'] : isGroup(groupBy) ? groupsOf(incident, groupBy) : []
  if (incident.drill) return values.map(value => `${drillPrefix}${value}`)
  return values.some(hasPrefix)
    ? values.map(value => (hasPrefix(value) ? `${worldPrefix}${value}` : value))
    : values
}

function hasPrefix(text: string): boolean {
  return text.startsWith(drillPrefix) || text.startsWith(worldPrefix)
}

/** Most incidents have one place. */
function groupsOf(incident: Incident, groupBy: (typeof groupKeys)[number]): readonly string[] {
  if (!isPlaceKey(groupBy) || incident.alsoAt.length > 0) return valuesOf(incident, groupBy)
  const value = incident.place[groupBy]
  return value === null || value === '' ? [] : [value]
}

/** The value that a scope stands for. */
export function groupValue(scope: string): string {
  return hasPrefix(scope) ? scope.slice(scope.indexOf('/') + 1) : scope
}

/** The settlement that a scope stands for; null if it stands for none. */
export function blockSettlement(
  scope: string,
  { groupBy }: { readonly groupBy: string }
): string | null {
  return groupBy === 'settlement' ? groupValue(scope) : null
}

/** The reach of a block with groups that are no places. */
export function findBlockReach<P>(
  looksBack: (parameters: P) => LookBack
): (
  scope: string,
  parameters: P & { readonly groupBy: string; readonly reachKm: number }
) => Reach | null {
  return (_, parameters) =>
    isPlaceKey(parameters.groupBy) ? null : buildReach(parameters.reachKm, looksBack(parameters))
}

/**
 * True if an incident may trigger in a scope: its grade passes and, if the scope is an area, its
 * area is certain.
 */
export function mayTrigger(incident: Incident, scope: string, groupBy: string): boolean {
  if (!incident.passesGrade) return false
  if (groupBy !== 'admin1') return true
  const { place, alsoAt } = incident
  const value = groupValue(scope)
  return (
    (place.areaCertain && place.admin1 === value) ||
    alsoAt.some(p => p.areaCertain && p.admin1 === value)
  )
}

/** The places of an incident that lie in a scope; all of them if the scope is not a place. */
export function placesInScope(
  incident: Incident,
  scope: string,
  groupBy: string
): readonly IncidentPlace[] {
  const places = placesOf(incident)
  if (!isPlaceKey(groupBy)) return places
  return places.filter(place => place[groupBy] === groupValue(scope))
}

/** The group of a finding, as alerts show it. */
export function blockGroup(
  scope: string,
  groupBy: string,
  triggers: readonly Incident[]
): Finding['group'] {
  const value = groupValue(scope)
  const drill = scope.startsWith(drillPrefix) ? { drill: 'true' } : {}
  if (groupBy !== 'settlement') return { [groupBy]: value, ...drill }
  return { settlement: settlementName(value, triggers), settlementId: value, ...drill }
}

/**
 * Of all groups only a settlement identifies a situation: areas and the others are too wide for
 * that.
 */
export function blockSituation(scope: string, groupBy: string, untilMs: number): Situation | null {
  return situationOf(groupBy === 'settlement' ? [groupValue(scope)] : [], untilMs)
}

/** Where or about whom, in words: `in Ségou (Mali)`, `by jnim`. */
export function groupWords(scope: string, groupBy: string, triggers: readonly Incident[]): string {
  const value = groupValue(scope)
  switch (groupBy) {
    case 'theatre':
      return 'in the theatre'
    case 'settlement':
      return `in ${settlementName(value, triggers)}`
    case 'category':
      return `of the kind “${categoryName(value)}”`
    case 'actor':
      return `by ${value}`
    case 'target':
      return `against ${wordsOfCode(value)}`
    case 'source':
      return `reported by ${value}`
    case 'admin1':
      return `in ${areaInCountry(value)}`
    case 'country':
      return `in ${countryName(value)}`
    default:
      return `in ${value}`
  }
}

export function groupFaults({ groupBy }: { readonly groupBy: string }): readonly ParameterFault[] {
  return groupBy === 'theatre' || isGroup(groupBy)
    ? []
    : [{ path: ['groupBy'], detail: `must be one of ${blockGroups.join(', ')}` }]
}

function isPlaceKey(key: string): key is 'country' | 'admin1' | 'settlement' {
  return key === 'country' || key === 'admin1' || key === 'settlement'
}

function isGroup(key: string): key is (typeof groupKeys)[number] {
  return (groupKeys as readonly string[]).includes(key)
}

function settlementName(id: string, triggers: readonly Incident[]): string {
  for (const trigger of triggers) {
    const place = placesOf(trigger).find(({ settlement }) => settlement === id)
    if (place !== undefined) return place.settlementName ?? place.name ?? id
  }
  return id
}
