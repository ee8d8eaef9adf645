// The rules of a theatre, built from their versions in the log.

import type { RuleVersion } from '@tocsin/domain/record/theatre-record'
import { ruleDefinitions } from '../rules/catalogue.ts'
import type { ClusterRule } from '../rules/cluster-rule.ts'
import type { AnyRuleDefinition, Rule } from '../rules/definition.ts'
import type { OverlapRule } from '../rules/overlap-rule.ts'
import { refineRule } from '../rules/refine.ts'
import type { DayRule } from '../rules/rule.ts'

/** A rule as it was configured. */
export interface ConfiguredRule {
  readonly version: RuleVersion
  readonly definition: AnyRuleDefinition
  /** The defaults of the definition with the overrides of the version. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly rule: Rule
}

export interface RuleSet {
  readonly byId: ReadonlyMap<string, ConfiguredRule>
  readonly dayRules: readonly DayRule[]
  readonly clusterRules: readonly ClusterRule[]
  readonly overlapRules: readonly OverlapRule[]
}

/** Throws RangeError for an unknown pattern or parameter; versions are checked before they are logged. */
export function makeRuleSet(
  versions: readonly RuleVersion[],
  definitions: ReadonlyMap<string, AnyRuleDefinition> = ruleDefinitions
): RuleSet {
  const configured = versions.map(version => configureRule(version, definitions))
  const rules = configured.map(({ rule }) => rule)
  return {
    byId: new Map(configured.map(one => [one.version.ruleId, one])),
    dayRules: rules.filter(isDayRule),
    clusterRules: rules.filter(isClusterRule),
    overlapRules: rules.filter(isOverlapRule)
  }
}

function configureRule(
  version: RuleVersion,
  definitions: ReadonlyMap<string, AnyRuleDefinition>
): ConfiguredRule {
  const definition = definitions.get(version.pattern)
  if (definition === undefined) throw new RangeError(`There is no pattern ${version.pattern}.`)
  const parameters = resolveParameters(definition, version.parameters)
  const base = { id: version.ruleId, pattern: version.pattern }
  return {
    version,
    definition,
    parameters,
    rule: refineRule(definition.make(parameters, base), version)
  }
}

/** The defaults, overridden by name. Throws RangeError for an unknown name. */
export function resolveParameters(
  { id, parameters }: AnyRuleDefinition,
  overrides: Readonly<Record<string, unknown>>
): Readonly<Record<string, unknown>> {
  for (const name of Object.keys(overrides))
    if (!(name in parameters)) throw new RangeError(`${id} has no parameter ${name}.`)
  const defaults = Object.entries(parameters).map(([name, one]) => [name, one.default])
  return { ...Object.fromEntries(defaults), ...overrides }
}

export function isDayRule(rule: Rule): rule is DayRule {
  return 'applyDay' in rule
}

export function isClusterRule(rule: Rule): rule is ClusterRule {
  return 'linkKm' in rule
}

export function isOverlapRule(rule: Rule): rule is OverlapRule {
  return 'getKind' in rule
}
