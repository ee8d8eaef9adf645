// Refinements of a rule by its version: `where` selects incidents, and `groupBy` splits the groups of
// the rule further. One mechanism for all rules.

import type { GroupKey } from '@tocsin/contracts/theatre/theatre-record'
import type { Incidents } from '../data/incidents.ts'
import { listGroupValues, readValue } from './block-groups.ts'
import type { ClusterRule, ClusterView } from './cluster-rule.ts'
import type { Rule } from './definition.ts'
import { readSettlement } from './families.ts'
import type { Family } from './family.ts'
import type { Group } from './finding.ts'
import { makeKey, removeDrillBit } from './keys.ts'
import { compilePredicate, PredicateFailures } from './predicate.ts'
import type { DayRule } from './rule.ts'
import type { ScanRule } from './scan-rule.ts'

/**
 * Maximum number of groups of an incident; the first in order count. One key never has so many: a
 * report has 21 places and 20 actors at most.
 */
const groupsMax = 64

export interface Refinement {
  readonly where?: string | undefined
  readonly groupBy?: readonly GroupKey[] | undefined
}

/** The rule as refined; the rule itself if there is no refinement. */
export function refineRule(rule: Rule, refinement: Refinement): Rule {
  const { where, groupBy = [] } = refinement
  if ('readsFindingsOf' in rule || (where === undefined && groupBy.length === 0)) return rule
  const failures = rule.failures ?? new PredicateFailures()
  const matches = where === undefined ? null : compileWhere(where, failures)
  const groups = groupBy.length === 0 ? null : new Groups(rule.id, groupBy)
  if ('getKind' in rule)
    return {
      ...rule,
      failures,
      ownRules: rule.ownRules.map(own => refineDayRule(own, matches, null))
    }
  // It is calibrated for the theatre as a whole: it has no groups.
  if ('budget' in rule) return { ...selectIncidents(rule, matches), failures }
  return {
    ...('applyDay' in rule
      ? refineDayRule(rule, matches, groups)
      : refineClusterRule(rule, matches, groups)),
    failures
  }
}

type Matches = (incidents: Incidents, row: number) => boolean

/** A predicate that does not compile never matches: such rules are refused before they are logged. */
function compileWhere(text: string, failures: PredicateFailures): Matches {
  const compiled = compilePredicate(text)
  return compiled.ok ? (incidents, row) => compiled.matches(incidents, row, failures) : () => false
}

function refineDayRule(rule: DayRule, matches: Matches | null, groups: Groups | null): DayRule {
  const { family } = rule
  const own: Family = {
    ...family,
    id: `${family.id} of ${rule.id}`,
    getMark: (incidents, row) =>
      matches?.(incidents, row) === false ? 0 : (family.getMark?.(incidents, row) ?? 1)
  }
  return { ...rule, family: groups === null ? own : groups.divide(own) }
}

function selectIncidents<R extends ClusterRule | ScanRule>(rule: R, matches: Matches | null): R {
  return {
    ...rule,
    includes: (incidents: Incidents, row: number) =>
      rule.includes(incidents, row) && matches?.(incidents, row) !== false
  }
}

function refineClusterRule(
  rule: ClusterRule,
  matches: Matches | null,
  groups: Groups | null
): ClusterRule {
  const selected = selectIncidents(rule, matches)
  if (groups === null) return selected
  return {
    ...selected,
    listGroups: (incidents, row) => groups.list(incidents, row),
    readGroup: (cluster, found) => ({
      ...rule.readGroup(cluster, found),
      ...groups.readCommon(cluster)
    })
  }
}

/**
 * The groups of a rule: combinations of a value for each key. A combination is interned as a text,
 * with the key of the scope that it divides.
 */
class Groups {
  readonly #id: string
  readonly #keys: readonly GroupKey[]

  constructor(id: string, keys: readonly GroupKey[]) {
    this.#id = id
    this.#keys = keys
  }

  divide(family: Family): Family {
    const baseKeys: number[] = []
    return {
      ...family,
      isCounted: (incidents, row, key) =>
        family.isCounted(incidents, row, this.#readBaseKey(incidents, key)),
      listKeys: (incidents, row, into) => {
        baseKeys.length = 0
        family.listKeys(incidents, row, baseKeys)
        if (baseKeys.length === 0) return
        const combinations = this.#combine(incidents, row)
        for (const baseKey of baseKeys)
          for (const values of combinations)
            into.push(makeKey(incidents, row, this.#intern(incidents, baseKey, values)))
      },
      readGroup: (incidents, number) => {
        const [baseKey, ...values] = this.#read(incidents, number)
        const { theatre: _, ...base } = family.readGroup(incidents, removeDrillBit(baseKey!))
        return { ...base, ...this.#readNames(incidents, values, base) }
      },
      readBaseKey: (incidents, key) => this.#readBaseKey(incidents, key)
    }
  }

  /** The groups of an incident; none if it has no value for a key. */
  list(incidents: Incidents, row: number): readonly number[] {
    return this.#combine(incidents, row).map(values => this.#intern(incidents, 0, values))
  }

  /** The names of the group that most members of a cluster have. */
  readCommon(cluster: ClusterView): Group {
    const { incidents } = cluster
    const counts = new Map<number, number>()
    for (const row of cluster.listMembers())
      for (const group of cluster.listGroups(row)) counts.set(group, (counts.get(group) ?? 0) + 1)
    const { names } = incidents.reports
    const ranked = [...counts].sort(
      (a, b) => b[1] - a[1] || (names.getText(a[0]) < names.getText(b[0]) ? -1 : 1)
    )
    if (ranked.length === 0) return {}
    const [, ...values] = this.#read(incidents, ranked[0]![0])
    return this.#readNames(incidents, values, {})
  }

  #combine(incidents: Incidents, row: number): readonly (readonly number[])[] {
    let combinations: readonly (readonly number[])[] = [[]]
    for (const key of this.#keys) {
      const values = [...new Set(listGroupValues(key)(incidents, row))].sort((a, b) => a - b)
      combinations = combinations
        .flatMap(group => values.map(value => [...group, value]))
        .slice(0, groupsMax)
    }
    return combinations
  }

  #intern({ reports }: Incidents, baseKey: number, values: readonly number[]): number {
    return reports.names.intern(`group ${this.#id} ${[baseKey, ...values].join(' ')}`)
  }

  /** The key that a group divides, and its values. */
  #read({ reports }: Incidents, number: number): readonly number[] {
    return reports.names.getText(number).split(' ').slice(2).map(Number)
  }

  #readBaseKey(incidents: Incidents, key: number): number {
    return this.#read(incidents, removeDrillBit(key))[0]!
  }

  #readNames(incidents: Incidents, values: readonly number[], base: Group): Group {
    const names: Record<string, string> = {}
    for (const [i, key] of this.#keys.entries()) {
      const value = values[i]!
      if (key !== 'settlement') names[key] = readValue(incidents, key, value)
      else
        Object.assign(names, {
          settlement: base.settlement ?? readSettlement(incidents, value),
          settlementId: readValue(incidents, key, value)
        })
    }
    return names
  }
}
