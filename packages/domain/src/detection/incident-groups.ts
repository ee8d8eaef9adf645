// How a rule splits its pattern's groups further: the values of an incident for a key, and the
// resulting groups.

import type { Finding } from '../finding/finding.ts'
import { compareText, type Incident, placesOf } from '../incident/incident.ts'
import type { GroupKey } from '../record/theatre-record.ts'

/**
 * Maximum number of groups of one incident; the first in order count, and their alerts say so. One
 * key never has so many: a report has 21 places and 20 actors at most.
 */
export const groupsMax = 64

/** A value for each key of a rule, in the order of its keys. */
export type GroupValues = readonly string[]

const readers: Readonly<Record<GroupKey, (incident: Incident) => readonly (string | null)[]>> = {
  country: incident => placesOf(incident).map(place => place.country),
  admin1: incident => placesOf(incident).map(place => place.admin1),
  settlement: incident => placesOf(incident).map(place => place.settlement),
  category: incident => [incident.category],
  actor: incident =>
    incident.actors
      .filter(({ role }) => role === 'perpetrator')
      .map(({ name }) => name.trim().toLowerCase()),
  target: incident => incident.targets,
  source: incident => incident.origins
}

/** The values of an incident for one key, in order; none if unknown. Pure. */
export function valuesOf(incident: Incident, key: GroupKey): readonly string[] {
  const known = readers[key](incident).filter(value => value !== null && value !== '') as string[]
  return [...new Set(known)].sort(compareText)
}

/**
 * The groups of an incident: one for each combination of its values, at most `groupsMax`. None if
 * it has no value for some key. Without keys, one group. Pure.
 */
export function groupsOf(incident: Incident, keys: readonly GroupKey[]): readonly GroupValues[] {
  let groups: readonly GroupValues[] = [[]]
  for (const key of keys) {
    const values = valuesOf(incident, key)
    groups = groups.flatMap(group => values.map(value => [...group, value])).slice(0, groupsMax)
  }
  return groups
}

/** True if an incident has more groups than count. Pure. */
export function hasMoreGroups(incident: Incident, keys: readonly GroupKey[]): boolean {
  // Most have one value for each key: they are not sorted to be counted.
  if (keys.reduce((all, key) => all * readers[key](incident).length, 1) <= groupsMax) return false
  return keys.reduce((all, key) => all * valuesOf(incident, key).length, 1) > groupsMax
}

type Named = Pick<Finding, 'group' | 'triggers'>

/**
 * The names that groups add to a finding. A settlement is given by its id, and by its name unless
 * the pattern has given it.
 */
export function groupNamesOf(
  finding: Named,
  keys: readonly GroupKey[],
  values: GroupValues
): Readonly<Record<string, string>> {
  const names: Record<string, string> = { ...finding.group }
  for (const [i, key] of keys.entries()) {
    const value = values[i] as string
    if (key !== 'settlement') names[key] = value
    else
      Object.assign(names, {
        settlement: names.settlement ?? settlementNameOf(finding, value),
        settlementId: value
      })
  }
  return names
}

function settlementNameOf({ triggers }: Named, id: string): string {
  const place = triggers.flatMap(placesOf).find(({ settlement }) => settlement === id)
  return place?.settlementName ?? place?.name ?? id
}
