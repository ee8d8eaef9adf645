// The rules of a theatre, built from their versions in the log.

import { isDeepStrictEqual } from 'node:util'
import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'
import type { RuleWords } from '../render/lookup.ts'
import { ruleDefinitions } from '../rules/catalogue.ts'
import type { ClusterRule } from '../rules/cluster-rule.ts'
import { type AnyRuleDefinition, type Rule, readTexts } from '../rules/definition.ts'
import { giveShape } from '../rules/one-shape.ts'
import type { OverlapRule } from '../rules/overlap-rule.ts'
import { refineRule } from '../rules/refine.ts'
import type { DayRule, FindingsRule } from '../rules/rule.ts'
import type { ScanRule } from '../rules/scan-rule.ts'

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
  readonly scanRules: readonly ScanRule[]
  readonly overlapRules: readonly OverlapRule[]
  readonly findingsRules: readonly FindingsRule[]
}

/** Throws RangeError for an unknown pattern or parameter; versions are checked before they are logged. */
export function makeRuleSet(
  versions: readonly RuleVersion[],
  definitions: ReadonlyMap<string, AnyRuleDefinition> = ruleDefinitions
): RuleSet {
  return collectRules(versions.map(version => configureRule(version, definitions)))
}

export function collectRules(configured: Iterable<ConfiguredRule>): RuleSet {
  const byId = new Map(Array.from(configured, one => [one.version.ruleId, one]))
  const rules = Array.from(byId.values(), ({ rule }) => rule)
  return {
    byId,
    dayRules: rules.filter(isDayRule),
    clusterRules: rules.filter(isClusterRule),
    scanRules: rules.filter(isScanRule),
    overlapRules: rules.filter(isOverlapRule),
    findingsRules: rules.filter(isFindingsRule)
  }
}

/**
 * The set with a version of a rule in place of the one before. A version with the same law keeps its
 * rule, so that it need not fold again; an equal one gives the same set. Throws RangeError as
 * `makeRuleSet` does.
 */
export function setRule(
  rules: RuleSet,
  version: RuleVersion,
  definitions: ReadonlyMap<string, AnyRuleDefinition> = ruleDefinitions
): RuleSet {
  const before = rules.byId.get(version.ruleId)
  if (before !== undefined && isDeepStrictEqual(before.version, version)) return rules
  const made = configureRule(version, definitions)
  const isSameLaw = before !== undefined && haveSameLaw(before, made)
  const set = isSameLaw ? { ...made, rule: before.rule } : made
  return collectRules(new Map([...rules.byId, [version.ruleId, set]]).values())
}

export function removeRule(rules: RuleSet, ruleId: string): RuleSet {
  if (!rules.byId.has(ruleId)) return rules
  return collectRules([...rules.byId.values()].filter(({ version }) => version.ruleId !== ruleId))
}

/** True if two versions of known patterns find the same in the same incidents. */
export function findTheSame(a: RuleVersion, b: RuleVersion): boolean {
  return haveSameLaw(configureRule(a, ruleDefinitions), configureRule(b, ruleDefinitions))
}

/** True if both find the same in the same incidents. */
function haveSameLaw(a: ConfiguredRule, b: ConfiguredRule): boolean {
  const pickLaw = ({ version: { pattern, where, groupBy }, parameters }: ConfiguredRule) => {
    return [pattern, where ?? null, groupBy ?? [], parameters]
  }
  return isDeepStrictEqual(pickLaw(a), pickLaw(b))
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
    rule: giveShape(refineRule(definition.make(parameters, base), version))
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

/** The words of a rule, for readers of its alerts. */
export function readRuleWords({ version, definition, parameters }: ConfiguredRule): RuleWords {
  const { title, headline, notify } = version
  return {
    texts: readTexts(definition, parameters as never),
    parameters,
    ...(title === undefined ? {} : { title }),
    ...(headline === undefined ? {} : { headline }),
    ...(notify === 'quiet' ? { isQuiet: true } : {})
  }
}

export function readsFindings(rule: Rule): boolean {
  if (isOverlapRule(rule) || isFindingsRule(rule)) return true
  return isDayRule(rule) && rule.inputPatterns !== undefined
}

export function readsRule(rule: Rule, other: Rule): boolean {
  const { id, pattern } = other
  if (isOverlapRule(rule)) return rule.getKind(pattern) !== null
  if (isFindingsRule(rule)) {
    const names = rule.readsFindingsOf
    if (readsFindings(other)) return false
    return names.length === 0 || names.includes(pattern) || names.includes(id)
  }
  return isDayRule(rule) && rule.inputPatterns?.includes(pattern) === true
}

/** The day rules of a set, those that an overlap rule has for itself included. */
export function listDayRules({ dayRules, overlapRules }: RuleSet): readonly DayRule[] {
  return [...dayRules, ...overlapRules.flatMap(({ ownRules }) => ownRules)]
}

export function isDayRule(rule: Rule): rule is DayRule {
  return 'applyDay' in rule && !isFindingsRule(rule)
}

export function isClusterRule(rule: Rule): rule is ClusterRule {
  return 'linkKm' in rule
}

export function isScanRule(rule: Rule): rule is ScanRule {
  return 'budget' in rule
}

export function isOverlapRule(rule: Rule): rule is OverlapRule {
  return 'getKind' in rule
}

export function isFindingsRule(rule: Rule): rule is FindingsRule {
  return 'readsFindingsOf' in rule
}
