// The scope of a rule within its pattern: which incidents it takes (`where`), how it splits the
// pattern's scopes (`groupBy`), and the words of its findings (`headline`). A rule without any of
// these leaves the pattern's findings as they are.

import type { Finding } from '../finding/finding.ts'
import { splitSituation } from '../finding/situation.ts'
import type { Incident } from '../incident/incident.ts'
import { compilePredicate, type OnFailure } from '../predicate/incident-predicate.ts'
import { noFailures, type PredicateFailures, withFailure } from '../predicate/predicate-failures.ts'
import type { RuleVersion } from '../record/theatre-record.ts'
import { readHeadline } from './headline-template.ts'
import {
  type GroupValues,
  groupNamesOf,
  groupsMax,
  groupsOf,
  hasMoreGroups
} from './incident-groups.ts'
import type { NearMiss } from './near-miss.ts'
import type { AnyPattern } from './pattern.ts'
import type { NamedScope } from './scope-fold.ts'

interface SplitScope {
  /** The scope without the rule's groups. */
  readonly scope: string
  readonly values: GroupValues
}

type Test = (incident: Incident) => boolean

const noScopes: readonly string[] = []
const moreGroups = ` An incident of it belongs to more than ${groupsMax} groups of this rule, and counts in the first ${groupsMax} alone: alerts of other groups may lack it.`

export class RuleScope {
  #rule: RuleVersion
  readonly #pattern: AnyPattern
  readonly #parameters: Readonly<Record<string, unknown>>
  readonly #test: Test | null
  #words: FindingWords
  readonly #groupBy: NonNullable<RuleVersion['groupBy']>
  /** True if it takes and splits as its pattern does. */
  readonly #isThePatterns: boolean
  /** Scopes by incident, so that a predicate is evaluated once for each. */
  readonly #seen = new WeakMap<Incident, readonly string[]>()
  #failures: PredicateFailures = noFailures

  /** Throws RangeError for a predicate or a headline that can't be read. */
  constructor(
    rule: RuleVersion,
    pattern: AnyPattern,
    parameters: Readonly<Record<string, unknown>>
  ) {
    this.#rule = rule
    this.#pattern = pattern
    this.#parameters = parameters
    this.#test = rule.where === undefined ? null : this.#compiled(rule.where)
    this.#words = new FindingWords(rule)
    this.#groupBy = rule.groupBy ?? []
    this.#isThePatterns = this.#test === null && this.#groupBy.length === 0
  }

  /**
   * Takes the words of another version of its rule that finds the same. Throws RangeError if they
   * can't be read.
   */
  reword(rule: RuleVersion): void {
    this.#words = new FindingWords(rule)
    this.#rule = rule
  }

  /** Incidents at which `where` failed since this scope was made. They are not folded. */
  get failures(): PredicateFailures {
    return this.#failures
  }

  /**
   * The scopes that take this incident. A statistic never triggers: only a pattern that asks for
   * them takes it.
   */
  scopesOf(incident: Incident): readonly string[] {
    if (incident.category === 'statistic' && this.#pattern.readsStatistics !== true) return noScopes
    if (this.#isThePatterns) return this.#pattern.scopesOf(incident, this.#parameters)
    const groupBy = this.#groupBy
    const known = this.#seen.get(incident)
    if (known !== undefined) return known
    const own = this.#pattern.scopesOf(incident, this.#parameters)
    const scopes = own.length === 0 || this.#test?.(incident) === false ? [] : own
    const split =
      groupBy.length === 0
        ? scopes
        : scopes.flatMap(scope => splitScopes(scope, groupsOf(incident, groupBy)))
    this.#seen.set(incident, split)
    return split
  }

  /** A scope of the rule, and as its pattern names it: without the rule's groups. */
  named(scope: string): NamedScope {
    if (this.#groupBy.length === 0) return { scope, own: scope, settlement: null }
    const { scope: own, values } = readScope(scope)
    return { scope, own, settlement: values[this.#groupBy.indexOf('settlement')] ?? null }
  }

  /** True if findings keep the words of their pattern. */
  get hasNoWords(): boolean {
    return this.#words.areThePatterns
  }

  /** Findings of a pattern in the rule's own words. The same finding gives the same object. */
  worded(scope: string, findings: readonly Finding[]): readonly Finding[] {
    if (findings.length === 0 || this.#words.areThePatterns) return findings
    const values = this.#rule.groupBy?.length ? readScope(scope).values : []
    return findings.map(finding => this.#words.of(finding, values))
  }

  /** Near misses of a scope, with the names of the rule's groups. */
  near(scope: string, misses: readonly NearMiss[]): readonly NearMiss[] {
    const { groupBy = [] } = this.#rule
    if (misses.length === 0 || groupBy.length === 0) return misses
    const { values } = readScope(scope)
    return misses.map(miss => ({
      ...miss,
      group: groupNamesOf({ group: miss.group, triggers: miss.incidents }, groupBy, values)
    }))
  }

  #compiled(where: string): Test {
    const compiled = compilePredicate(where)
    if (!compiled.ok)
      throw new RangeError(`where: ${compiled.errors.map(({ message }) => message).join('; ')}`)
    const fail: OnFailure = message => {
      this.#failures = withFailure(this.#failures, message)
    }
    return incident => compiled.test(incident, fail)
  }
}

/** A rule's own words for its pattern's findings: group names and headline. */
export class FindingWords {
  readonly #rule: RuleVersion
  readonly #render: ((finding: Finding, title: string) => string) | null
  readonly #worded = new WeakMap<Finding, Finding>()

  /** Throws RangeError for a headline that can't be read. */
  constructor(rule: RuleVersion) {
    this.#rule = rule
    const reading = rule.headline === undefined ? null : readHeadline(rule.headline)
    if (reading?.ok === false) throw new RangeError(`headline: it ${reading.detail}`)
    this.#render = reading?.render ?? null
  }

  get areThePatterns(): boolean {
    return this.#render === null && !this.#rule.groupBy?.length
  }

  of(finding: Finding, values: GroupValues): Finding {
    const known = this.#worded.get(finding)
    if (known !== undefined) return known
    // A settlement is one: site-machines.ts.
    const situation = splitSituation(finding.situation, values)
    const { headline, explanation } = finding
    const grouped = {
      ...finding,
      situation,
      headline,
      explanation,
      group: groupNamesOf(finding, this.#rule.groupBy ?? [], values)
    }
    if (this.#isPartOfGroups(finding)) grouped.explanation += moreGroups
    const worded = {
      ...grouped,
      headline: this.#render?.(grouped, this.#rule.title ?? this.#rule.ruleId) ?? headline
    }
    this.#worded.set(finding, worded)
    return worded
  }

  #isPartOfGroups({ triggers, support }: Finding): boolean {
    const { groupBy = [] } = this.#rule
    return (
      groupBy.length > 0 &&
      [...triggers, ...support].some(incident => hasMoreGroups(incident, groupBy))
    )
  }
}

function splitScopes(scope: string, groups: readonly GroupValues[]): string[] {
  return groups.map(values => JSON.stringify([scope, ...values]))
}

function readScope(text: string): SplitScope {
  const [scope, ...values] = JSON.parse(text) as [string, ...string[]]
  return { scope, values }
}
