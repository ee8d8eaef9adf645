// What rules over findings name: patterns and rules whose findings they read. A name that no rule
// answers makes a rule silent for ever, so no change of rules may leave one. Source: decision 0040.

import { compoundPatterns, patterns } from '../patterns/pattern-catalogue.ts'
import { type RuleVersion, runsIn } from '../record/theatre-record.ts'
import { nearest, type RuleFault } from './rule-check.ts'

type Rule = Pick<RuleVersion, 'ruleId' | 'pattern' | 'parameters' | 'theatres'>

/** A name in a rule over findings that no rule answers, as a fault of that rule. */
export interface LooseName extends RuleFault {
  readonly ruleId: string
  readonly name: string
}

/**
 * The names in these rules that no rule over incidents answers in any theatre of theirs. Pure;
 * never throws.
 */
export function looseNames(rules: readonly Rule[]): readonly LooseName[] {
  return rules.flatMap(rule => looseNamesOf(rule, rules))
}

/** Those in one of them. Pure; never throws. */
export function looseNamesOf(rule: Rule, rules: readonly Rule[]): readonly LooseName[] {
  return namesIn(rule).flatMap(({ name, path }): LooseName[] => {
    const detail = whyLoose(name, rule, rules)
    return detail === null ? [] : [{ ruleId: rule.ruleId, name, path, detail }]
  })
}

/** The names that a change of rules leaves loose, and that were not before. Pure. */
export function newlyLooseNames(
  before: readonly Rule[],
  after: readonly Rule[]
): readonly LooseName[] {
  const known = new Set(looseNames(before).map(keyOf))
  return looseNames(after).filter(loose => !known.has(keyOf(loose)))
}

function keyOf({ ruleId, name }: LooseName): string {
  return JSON.stringify([ruleId, name])
}

function namesIn({
  pattern,
  parameters
}: Rule): readonly { readonly name: string; readonly path: RuleFault['path'] }[] {
  return Object.entries(compoundPatterns.get(pattern)?.parameters ?? {}).flatMap(
    ([of, { unit }]) => {
      const named = parameters[of]
      if (unit !== 'patterns or rules' || !Array.isArray(named)) return []
      return named.flatMap((name: unknown, i) =>
        typeof name === 'string' ? [{ name, path: ['parameters', of, i] }] : []
      )
    }
  )
}

/** A sentence without its subject; null if a rule answers. */
function whyLoose(name: string, rule: Rule, rules: readonly Rule[]): string | null {
  const others = rules.filter(({ ruleId }) => ruleId !== rule.ruleId)
  const meant = others.filter(
    ({ ruleId, pattern }) => ruleId === name || (pattern === name && patterns.has(name))
  )
  if (meant.some(other => patterns.has(other.pattern) && runTogether(rule, other))) return null
  if (meant.some(({ pattern }) => patterns.has(pattern)))
    return `runs in none of the theatres of this rule: ${name}`
  if (meant.length > 0)
    return `is a rule over findings: ${name}; such rules read rules over incidents alone`
  if (patterns.has(name))
    return `is a pattern that no other rule uses: ${name}; declare a rule of it first`
  const known = others.flatMap(({ ruleId, pattern }) => (patterns.has(pattern) ? [ruleId] : []))
  const near = nearest(name, [...new Set([...known, ...patterns.keys()])], 'nothing')
  return `is neither a rule over incidents nor a pattern: ${name}${near}; a rule must be declared before another names it`
}

function runTogether(a: Rule, b: Rule): boolean {
  return a.theatres === undefined || a.theatres.some(theatre => runsIn(b, theatre))
}
