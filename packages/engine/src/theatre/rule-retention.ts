// How far back rules look, against the retention of their theatres.

import { retentionDaysMax, retentionMarginDays } from '@tocsin/contracts/theatre/retention'
import {
  type RuleVersion,
  runsIn,
  type TheatreConfig,
  unassignedTheatre
} from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'
import { ruleDefinitions } from '../rules/catalogue.ts'
import type { LookBack } from '../rules/definition.ts'
import { findParameterFaults } from '../rules/parameter-faults.ts'
import type { RuleFault } from './rule-check.ts'
import { findTheSame, resolveParameters } from './rule-set.ts'

type Retaining = Pick<TheatreConfig, 'id' | 'retentionDays'>

/** What a rule must see of the past. */
export interface PastNeed {
  /** The parts together, whole days. */
  readonly days: number
  readonly parts: LookBack
}

/** Maximum of rules or theatres that a refusal names. */
const namedMax = 3

/** What a rule must see of the past; null for a pattern or parameters that are not known. */
export function computePastNeed({ pattern, parameters }: RuleVersion): PastNeed | null {
  const definition = ruleDefinitions.get(pattern)
  if (definition === undefined) return null
  if (findParameterFaults(definition, parameters, [...ruleDefinitions.keys()]).length > 0)
    return null
  const parts = definition.looksBack(resolveParameters(definition, parameters) as never)
  const days = Object.values(parts).reduce((sum, part) => sum + part, 0)
  return { days: Math.ceil(days), parts }
}

/** Retention that a theatre of the rule needs, days; null where `computePastNeed` is. */
export function computeNeededRetention(rule: RuleVersion): number | null {
  const need = computePastNeed(rule)
  return need === null ? null : need.days + retentionMarginDays
}

/**
 * The fault of a rule that must see more than its theatres retain; null if it has none. A version
 * with the same law as the one `before` passes where that runs already.
 */
export function findRetentionFault(
  rule: RuleVersion,
  theatres: Iterable<Retaining>,
  before?: RuleVersion
): RuleFault | null {
  const need = computePastNeed(rule)
  if (need === null) return null
  const neededDays = need.days + retentionMarginDays
  const path = findPath(need, rule)
  if (neededDays > retentionDaysMax) {
    const most = retentionDaysMax - retentionMarginDays
    const detail = `must not make the rule look back further than ${most} days: it looks back ${describeNeed(need)}`
    return { path, detail }
  }
  const goesOn =
    before !== undefined && computePastNeed(before) !== null && findTheSame(before, rule)
  const short = [...theatres].filter(
    ({ id, retentionDays }) =>
      runsIn(rule, id) && retentionDays < neededDays && !(goesOn && runsIn(before, id))
  )
  short.sort((a, b) => a.retentionDays - b.retentionDays || compareText(a.id, b.id))
  return short.length === 0 ? null : { path, detail: describeShort(need, neededDays, short) }
}

function describeShort(need: PastNeed, neededDays: number, short: readonly Retaining[]): string {
  const named = short
    .slice(0, namedMax)
    .map(({ id, retentionDays }) => `${id} retains ${retentionDays} days`)
  const more = short.length - named.length
  const allowed = Math.max(0, short[0]!.retentionDays - retentionMarginDays)
  return (
    `makes the rule look back ${describeNeed(need)}, and a theatre must retain ${retentionMarginDays} days more, ${neededDays}: ` +
    `${named.join(', ')}${more > 0 ? `, and ${more} more theatres too little` : ''}. ` +
    `Let it look back ${allowed} days or less, or let the theatre retain ${neededDays} days or more first`
  )
}

/**
 * Why the retention of a theatre is too short for rules that run in it, a sentence without its
 * subject; null if it is not.
 */
export function findTheatreRetentionFault(
  { id, retentionDays }: Retaining,
  rules: Iterable<RuleVersion>
): string | null {
  const demanding = [...rules]
    .flatMap(rule => {
      const need = runsIn(rule, id) ? computePastNeed(rule) : null
      const isShort = need !== null && need.days + retentionMarginDays > retentionDays
      return isShort ? [{ rule, need }] : []
    })
    .sort((a, b) => b.need.days - a.need.days || compareText(a.rule.ruleId, b.rule.ruleId))
  const [first] = demanding
  if (first === undefined) return null
  const named = demanding
    .slice(0, namedMax)
    .map(({ rule, need }) => `${rule.ruleId} looks back ${describeNeed(need)}`)
  const more = demanding.length - named.length
  return (
    `must be ${first.need.days + retentionMarginDays} or more, ${retentionMarginDays} days more than its rules look back, not ${retentionDays}: ` +
    `rule ${named.join(', rule ')}${more > 0 ? `, and ${more} more rules look further back than it would allow` : ''}. ` +
    'Retain more, or change or withdraw the rules first'
  )
}

/** A theatre that retains less than a rule of it must see. */
export interface ShortRetention {
  readonly ruleId: string
  readonly theatre: string
  readonly retentionDays: number
  readonly neededDays: number
}

/**
 * Rules and theatres of a log that do not fit, by rule: of an older version, or declared in two places
 * at once.
 */
export function listShortRetentions(
  rules: Iterable<RuleVersion>,
  theatres: Iterable<Retaining>
): readonly ShortRetention[] {
  const declared = [...theatres].filter(({ id }) => id !== unassignedTheatre)
  return [...rules].flatMap(rule => {
    const neededDays = computeNeededRetention(rule)
    if (neededDays === null) return []
    return declared
      .filter(({ id, retentionDays }) => runsIn(rule, id) && retentionDays < neededDays)
      .map(({ id, retentionDays }) => {
        return { ruleId: rule.ruleId, theatre: id, retentionDays, neededDays }
      })
  })
}

/** `2028 days (baseDays 1972, windowDays 28, leaveDays 28)` */
function describeNeed({ days, parts }: PastNeed): string {
  const asked = Object.entries(parts).map(([name, part]) => `${name} ${Number(part.toFixed(2))}`)
  return `${days} ${days === 1 ? 'day' : 'days'} (${asked.join(', ')})`
}

/** The greatest part that the rule states; the pattern, if all are its defaults. */
function findPath({ parts }: PastNeed, { parameters }: RuleVersion): RuleFault['path'] {
  const stated = Object.entries(parts).filter(([name]) => Object.hasOwn(parameters, name))
  const [greatest] = stated.sort(([, a], [, b]) => b - a)
  return greatest === undefined ? ['pattern'] : ['parameters', greatest[0]]
}
