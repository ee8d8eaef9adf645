// Checks a rule before it gets a version: pattern, parameters, predicate, groups, severities and
// texts. It lists all faults, each with its path. Checks against other rules are in rule-names.ts.

import { severities as allSeverities, type Severity } from '@tocsin/contracts/theatre/severity'
import {
  groupKeys,
  type ParameterValue,
  type RuleVersion
} from '@tocsin/contracts/theatre/theatre-record'
import { foreignCharacterAt, isLine } from '@tocsin/contracts/theatre/written-text'
import { ruleDefinitions } from '../rules/catalogue.ts'
import type { AnyRuleDefinition, Rule } from '../rules/definition.ts'
import { nameFindingTactic } from '../rules/over-findings.ts'
import { findParameterFaults } from '../rules/parameter-faults.ts'
import { compilePredicate } from '../rules/predicate.ts'
import { suggestName } from '../rules/suggest-name.ts'
import { hasBudget } from './budget.ts'
import { isFindingsRule, isScanRule, readsFindings, resolveParameters } from './rule-set.ts'

export type RuleDraft = Omit<RuleVersion, 'ruleVersion' | 'parameters'> & {
  readonly parameters?: Readonly<Record<string, ParameterValue>>
}

export interface RuleFault {
  /** Members and indices from the rule down. */
  readonly path: readonly (string | number)[]
  /** A sentence without its subject: `is not a pattern; …`. */
  readonly detail: string
}

/** Path segments below `/v1/rules/` that are not rules. */
const reservedIds: ReadonlySet<string> = new Set(['preview'])

export const titleLengthMax = 120
export const headlineLengthMax = 300
export const severitiesMax = 12
export const groupByMax = 3

/** All faults of a rule; empty if it is valid. Never throws. */
export function findRuleFaults(rule: RuleDraft): readonly RuleFault[] {
  const definition = ruleDefinitions.get(rule.pattern)
  const isReserved = reservedIds.has(rule.ruleId)
  return [
    ...(isReserved
      ? [{ path: ['id'], detail: `can not be ${rule.ruleId}: a route has that name` }]
      : []),
    ...(definition === undefined
      ? [{ path: ['pattern'], detail: findPatternFault(rule.pattern)! }]
      : findStatedFaults(definition, rule.parameters ?? {})),
    ...findBudgetFaults(rule, definition),
    ...findNamedFindingFaults(rule, definition),
    ...findWhereFaults(rule, definition),
    ...findGroupFaults(rule, definition),
    ...findSeverityFaults(rule.severities),
    ...findTitleFaults(rule.title),
    ...findHeadlineFaults(rule.headline)
  ]
}

/** The fault of the name of a pattern; null if a pattern has that name. */
export function findPatternFault(name: string): string | null {
  if (ruleDefinitions.has(name)) return null
  return `is not a pattern: ${name}${suggestName(name, [...ruleDefinitions.keys()])}`
}

function findStatedFaults(
  definition: AnyRuleDefinition,
  parameters: Readonly<Record<string, ParameterValue>>
): readonly RuleFault[] {
  const faults = findParameterFaults(definition, parameters, listIncidentPatterns())
  return faults.map(({ path, detail }) => ({ path: ['parameters', ...path], detail }))
}

/** Each is a value of the parameter `budget`, of a theatre in which the rule runs. */
function findBudgetFaults(
  { budgets = {}, theatres, pattern }: RuleDraft,
  definition: AnyRuleDefinition | undefined
): readonly RuleFault[] {
  if (definition === undefined) return []
  return Object.entries(budgets).flatMap(([theatre, budget]) => {
    const path = ['budgets', theatre]
    if (!hasBudget(pattern)) return [{ path, detail: `has no use: ${pattern} has no budget` }]
    if (theatres?.includes(theatre) === false)
      return [{ path, detail: 'is of a theatre in which the rule does not run' }]
    const faults = findParameterFaults(definition, { budget }, listIncidentPatterns())
    return faults.map(({ detail }) => ({ path, detail }))
  })
}

/** The law of a pattern with its defaults. */
function makeUsual(definition: AnyRuleDefinition): Rule {
  const base = { id: definition.id, pattern: definition.id }
  return definition.make(resolveParameters(definition, {}) as never, base)
}

const incidentPatterns: ReadonlySet<string> = new Set(
  [...ruleDefinitions.values()]
    .filter(definition => !readsFindings(makeUsual(definition)))
    .map(({ id }) => id)
)

/** True for a pattern that reads incidents alone: rules over findings may read what it finds. */
export function isIncidentPattern(name: string): boolean {
  return incidentPatterns.has(name)
}

export function listIncidentPatterns(): readonly string[] {
  return [...incidentPatterns]
}

const namedFinding = new RegExp(`(["'])${nameFindingTactic('')}([a-z0-9-]*)\\1`, 'g')

/**
 * Predicates over findings recognise them by a tactic that names the pattern: with a name that no
 * pattern has or begins with, one never matches.
 */
function findNamedFindingFaults(
  { parameters = {} }: RuleDraft,
  definition: AnyRuleDefinition | undefined
): readonly RuleFault[] {
  if (definition === undefined || isIncidentPattern(definition.id)) return []
  const known = listIncidentPatterns()
  const listFaults = (path: RuleFault['path'], value: unknown): RuleFault[] => {
    if (typeof value === 'object' && value !== null)
      return Object.entries(value).flatMap(([name, inner]) =>
        listFaults([...path, Array.isArray(value) ? Number(name) : name], inner)
      )
    if (typeof value !== 'string') return []
    return [...value.matchAll(namedFinding)].flatMap(([, , name = '']) => {
      if (known.some(id => id.startsWith(name))) return []
      const detail = `names findings of what is not a pattern over incidents: ${name}${suggestName(name, known)}`
      return [{ path, detail }]
    })
  }
  return listFaults(['parameters'], parameters)
}

function findWhereFaults(
  { where, pattern }: RuleDraft,
  definition: AnyRuleDefinition | undefined
): readonly RuleFault[] {
  if (where === undefined) return []
  if (definition !== undefined && isFindingsRule(makeUsual(definition)))
    return [{ path: ['where'], detail: `is of incidents; ${pattern} reads what other rules find` }]
  const compiled = compilePredicate(where)
  const errors = compiled.ok ? [] : compiled.errors
  const describePlace = (line: number, column: number) =>
    line > 1 ? `line ${line}, character ${column}` : `character ${column}`
  return errors.map(({ message, line, column }) => ({
    path: ['where'],
    detail: `can not be used, at ${describePlace(line, column)}: ${message}`
  }))
}

function findGroupFaults(
  { groupBy, pattern }: RuleDraft,
  definition: AnyRuleDefinition | undefined
): readonly RuleFault[] {
  if (groupBy === undefined) return []
  const path = ['groupBy']
  if (definition !== undefined && !isIncidentPattern(definition.id))
    return [{ path, detail: `is of incidents; ${pattern} reads what other rules find` }]
  if (definition !== undefined && isScanRule(makeUsual(definition)))
    return [{ path, detail: `must be left out: ${pattern} is calibrated for a theatre as a whole` }]
  const known: readonly string[] = groupKeys
  const faults: RuleFault[] =
    groupBy.length > groupByMax ? [{ path, detail: `has more than ${groupByMax} keys` }] : []
  for (const [i, key] of groupBy.entries())
    if (!known.includes(key))
      faults.push({ path: [...path, i], detail: `is not a key: ${key}${suggestName(key, known)}` })
    else if (groupBy.indexOf(key) < i)
      faults.push({ path: [...path, i], detail: `is listed twice: ${key}` })
  return faults
}

function findSeverityFaults(severities: readonly Severity[] | undefined): readonly RuleFault[] {
  if (severities === undefined) return []
  const path = ['severities']
  if (severities.length === 0)
    return [{ path, detail: 'must name at least the severity of level 1' }]
  if (severities.length > severitiesMax)
    return [{ path, detail: `names more than ${severitiesMax} levels` }]
  const ranks = severities.map(severity => allSeverities.indexOf(severity))
  return ranks.flatMap((rank, i): readonly RuleFault[] => {
    const itemPath = [...path, i]
    if (rank < 0) return [{ path: itemPath, detail: `must be one of ${allSeverities.join(', ')}` }]
    return rank < (ranks[i - 1] ?? 0)
      ? [{ path: itemPath, detail: `is less than that of level ${i}: a level lifts an alert` }]
      : []
  })
}

function findTitleFaults(title: string | undefined): readonly RuleFault[] {
  if (title === undefined) return []
  if (title.trim() === '' || title.length > titleLengthMax)
    return [{ path: ['title'], detail: `must have 1 to ${titleLengthMax} characters` }]
  return findLineFaults('title', title)
}

/** What alerts show is one line, without a character that turns it around. */
function findLineFaults(name: string, text: string): readonly RuleFault[] {
  const offset = foreignCharacterAt(text)
  if (offset === null)
    return isLine(text)
      ? []
      : [{ path: [name], detail: 'must be a line of which something is seen' }]
  const code = text.codePointAt(offset)!.toString(16).toUpperCase().padStart(4, '0')
  const detail = `must be one line without control characters, and none that turn it around: U+${code} at character ${offset + 1}`
  return [{ path: [name], detail }]
}

const groupPlaceholder = /^group\.[A-Za-z][A-Za-z0-9]{0,31}$/
/** The names in braces that the headline of a pack may have, for people. */
export const headlineNames: readonly string[] = [
  ...['group.<name>', 'title', 'headline', 'level', 'count', 'from', 'to'],
  ...['measure.name', 'measure.value', 'measure.threshold', 'measure.baseline']
]

function findHeadlineFaults(headline: string | undefined): readonly RuleFault[] {
  if (headline === undefined) return []
  const fault = findTemplateFault(headline)
  if (fault === null) return findLineFaults('headline', headline)
  const detail = `${fault.detail} (at character ${fault.offset + 1})`
  return [{ path: ['headline'], detail }]
}

function findTemplateFault(text: string): { detail: string; offset: number } | null {
  if (text.trim() === '') return { detail: 'must not be empty', offset: 0 }
  if (text.length > headlineLengthMax) {
    const detail = `is ${text.length} characters long; ${headlineLengthMax} are the most`
    return { detail, offset: headlineLengthMax }
  }
  for (const { 0: part, index: offset } of text.matchAll(/\{[^}]*\}?|\}/g)) {
    if (part === '}') return { detail: 'has a } without its {', offset }
    if (!part.endsWith('}')) return { detail: 'has a { without its }', offset }
    const name = part.slice(1, -1).trim()
    if (groupPlaceholder.test(name) || headlineNames.includes(name)) continue
    const detail = `names ${part}, which is not known; there are ${headlineNames.join(', ')}`
    return { detail, offset }
  }
  return null
}
