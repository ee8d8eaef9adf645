// What rules over findings name: patterns and rules whose findings they read. A name that no rule
// answers makes a rule silent for ever, so no change of rules may leave one.

import { type RuleVersion, runsIn } from '@tocsin/contracts/theatre/theatre-record'
import { ruleDefinitions } from '../rules/catalogue.ts'
import { suggestName } from '../rules/suggest-name.ts'
import { isIncidentPattern, listIncidentPatterns, type RuleFault } from './rule-check.ts'

type Rule = Pick<RuleVersion, 'ruleId' | 'pattern' | 'parameters' | 'theatres'>

/** A name in a rule over findings that no rule answers, as a fault of that rule. */
export interface LooseName extends RuleFault {
  readonly ruleId: string
  readonly name: string
}

/** The names in these rules that no rule over incidents answers in any theatre of theirs. */
export function listLooseNames(rules: readonly Rule[]): readonly LooseName[] {
  return rules.flatMap(rule => listLooseNamesIn(rule, rules))
}

/** Those in one of them. */
export function listLooseNamesIn(rule: Rule, rules: readonly Rule[]): readonly LooseName[] {
  return listNames(rule).flatMap(({ name, path }): LooseName[] => {
    const detail = findNameFault(name, rule, rules)
    return detail === null ? [] : [{ ruleId: rule.ruleId, name, path, detail }]
  })
}

/** The names that a change of rules leaves loose, and that were not before. */
export function listNewLooseNames(
  before: readonly Rule[],
  after: readonly Rule[]
): readonly LooseName[] {
  const formatName = ({ ruleId, name }: LooseName) => JSON.stringify([ruleId, name])
  const known = new Set(listLooseNames(before).map(formatName))
  return listLooseNames(after).filter(loose => !known.has(formatName(loose)))
}

/**
 * The names in a rule over findings that mean the rule itself or another rule over findings.
 * `findPattern`: of the rule with an id; null if there is none.
 */
export function findCycleFaults(
  rule: Omit<Rule, 'theatres'>,
  findPattern: (ruleId: string) => string | null
): readonly RuleFault[] {
  return listNames(rule).flatMap(({ name, path }): RuleFault[] => {
    if (ruleDefinitions.has(name)) return []
    if (name === rule.ruleId)
      return [{ path, detail: 'is this rule: a rule cannot read its own findings' }]
    const pattern = findPattern(name)
    if (pattern === null || isIncidentPattern(pattern) || !ruleDefinitions.has(pattern)) return []
    const detail = `is a rule over findings: ${name}; such rules read rules over incidents alone`
    return [{ path, detail }]
  })
}

function listNames({
  pattern,
  parameters
}: Rule): readonly { readonly name: string; readonly path: RuleFault['path'] }[] {
  const table = ruleDefinitions.get(pattern)?.parameters ?? {}
  return Object.entries(table).flatMap(([parameter, { unit }]) => {
    const named = parameters[parameter]
    if (unit !== 'patterns or rules' || !Array.isArray(named)) return []
    return named.flatMap((name: unknown, i) =>
      typeof name === 'string' ? [{ name, path: ['parameters', parameter, i] }] : []
    )
  })
}

/** A sentence without its subject; null if a rule answers. */
function findNameFault(name: string, rule: Rule, rules: readonly Rule[]): string | null {
  const others = rules.filter(({ ruleId }) => ruleId !== rule.ruleId)
  const meant = others.filter(
    ({ ruleId, pattern }) => ruleId === name || (pattern === name && isIncidentPattern(name))
  )
  const readable = meant.filter(({ pattern }) => isIncidentPattern(pattern))
  if (readable.some(other => runTogether(rule, other))) return null
  if (readable.length > 0) return `runs in none of the theatres of this rule: ${name}`
  if (meant.length > 0)
    return `is a rule over findings: ${name}; such rules read rules over incidents alone`
  if (isIncidentPattern(name))
    return `is a pattern that no other rule uses: ${name}; declare a rule of it first`
  const known = others.flatMap(({ ruleId, pattern }) => (isIncidentPattern(pattern) ? ruleId : []))
  const near = suggestName(name, [...new Set([...known, ...listIncidentPatterns()])], 'nothing')
  return `is neither a rule over incidents nor a pattern: ${name}${near}; a rule must be declared before another names it`
}

function runTogether(a: Rule, b: Rule): boolean {
  return a.theatres === undefined || a.theatres.some(theatre => runsIn(b, theatre))
}
