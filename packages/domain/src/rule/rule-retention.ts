// Whether theatres retain what their rules must see. A theatre retains the longest look back of its
// rules, and a margin: else a rule whose parameters change finds less, or other things, than it
// would have found. Source: decision 0040.

import type { AnyCompoundPattern } from '../detection/compound.ts'
import type { AnyPattern, LookBack } from '../detection/pattern.ts'
import { findTheSame } from '../detection/rewording.ts'
import { retentionDaysMax, retentionMarginDays } from '../fold/retention.ts'
import { compareText } from '../incident/incident.ts'
import {
  type RuleVersion,
  runsIn,
  type TheatreConfig,
  unassignedTheatre
} from '../record/theatre-record.ts'
import { parameterFaults, parametersInForce, patternOf, type RuleFault } from './rule-check.ts'

type Retaining = Pick<TheatreConfig, 'id' | 'retentionDays'>
type Rule = Pick<RuleVersion, 'ruleId' | 'pattern' | 'parameters' | 'theatres'>

/** What a rule must see of the past. */
export interface PastNeed {
  /** The parts together, whole days. */
  readonly days: number
  /** By the parameter, or the words, that ask for them. */
  readonly parts: LookBack
}

/** A rule in a theatre that retains too little for it. */
export interface ShortRetention {
  readonly ruleId: string
  readonly theatre: string
  readonly retentionDays: number
  readonly neededDays: number
}

/** Rules named in one refusal of a theatre, and theatres in one refusal of a rule. */
const namedMax = 3

/**
 * What a rule must see of the past; null if its pattern or a parameter is not known to this
 * version. Pure; never throws.
 */
export function pastNeedOf(rule: Pick<RuleVersion, 'pattern' | 'parameters'>): PastNeed | null {
  const pattern = patternOf(rule.pattern) as AnyPattern | AnyCompoundPattern | undefined
  if (pattern?.looksBack === undefined || parameterFaults(pattern, rule.parameters).length > 0)
    return null
  const parts = pattern.looksBack(parametersInForce(rule))
  return { days: Math.ceil(Object.values(parts).reduce((sum, days) => sum + days, 0)), parts }
}

/** Retention that a theatre of the rule needs, days; null where `pastNeedOf` is. Pure. */
export function neededRetentionDays(
  rule: Pick<RuleVersion, 'pattern' | 'parameters'>
): number | null {
  const need = pastNeedOf(rule)
  return need === null ? null : need.days + retentionMarginDays
}

/**
 * The fault of a rule that must see more than its theatres retain; null if it has none. A version
 * that finds the same as the one `before` it goes on with its folds, and so passes where that runs
 * already. Pure.
 */
export function retentionFault(
  rule: RuleVersion,
  theatres: Iterable<Retaining>,
  before?: RuleVersion
): RuleFault | null {
  const need = pastNeedOf(rule)
  if (need === null) return null
  const pattern = patternOf(rule.pattern) as AnyPattern
  const goesOn =
    before?.pattern === rule.pattern &&
    pastNeedOf(before) !== null &&
    findTheSame(pattern, before, rule)
  const neededDays = need.days + retentionMarginDays
  const short = [...theatres].filter(
    theatre =>
      runsIn(rule, theatre.id) &&
      theatre.retentionDays < neededDays &&
      !(goesOn && runsIn(before, theatre.id))
  )
  const path = pathOf(need, rule)
  if (neededDays > retentionDaysMax) {
    const most = retentionDaysMax - retentionMarginDays
    return {
      path,
      detail: `must not make the rule look back further than ${most} days: it looks back ${needWords(need)}`
    }
  }
  const least = short.toSorted(
    (a, b) => a.retentionDays - b.retentionDays || compareText(a.id, b.id)
  )
  const [first] = least
  if (first === undefined) return null
  const retained = least
    .slice(0, namedMax)
    .map(({ id, retentionDays }) => `${id} retains ${retentionDays} days`)
  const more = least.length - retained.length
  return {
    path,
    detail:
      `makes the rule look back ${needWords(need)}, and a theatre must retain ${retentionMarginDays} days more, ${neededDays}: ` +
      `${retained.join(', ')}${more > 0 ? `, and ${more} more theatres too little` : ''}. ` +
      `Let it look back ${Math.max(0, first.retentionDays - retentionMarginDays)} days or less, or let the theatre retain ${neededDays} days or more first`
  }
}

/**
 * Why a theatre's retention is too short for rules that run in it, a sentence without its subject;
 * null if it is not. Pure.
 */
export function theatreRetentionFault(theatre: Retaining, rules: Iterable<Rule>): string | null {
  const demanding = [...rules]
    .flatMap(rule => {
      const need = runsIn(rule, theatre.id) ? pastNeedOf(rule) : null
      return need !== null && need.days + retentionMarginDays > theatre.retentionDays
        ? [{ rule, need }]
        : []
    })
    .sort((a, b) => b.need.days - a.need.days || compareText(a.rule.ruleId, b.rule.ruleId))
  const [first] = demanding
  if (first === undefined) return null
  const named = demanding
    .slice(0, namedMax)
    .map(({ rule, need }) => `${rule.ruleId} looks back ${needWords(need)}`)
  const more = demanding.length - named.length
  return (
    `must be ${first.need.days + retentionMarginDays} or more, ${retentionMarginDays} days more than its rules look back, not ${theatre.retentionDays}: ` +
    `rule ${named.join(', rule ')}${more > 0 ? `, and ${more} more rules look further back than it would allow` : ''}. ` +
    'Retain more, or change or withdraw the rules first'
  )
}

/**
 * Rules and theatres of a log that do not fit: of an older version, or declared in two places at
 * once. By rule. Pure.
 */
export function shortRetentions(
  rules: Iterable<Rule>,
  theatres: Iterable<Retaining>
): readonly ShortRetention[] {
  const all = [...theatres].filter(({ id }) => id !== unassignedTheatre)
  return [...rules].flatMap(rule => {
    const neededDays = neededRetentionDays(rule)
    if (neededDays === null) return []
    return all
      .filter(({ id, retentionDays }) => runsIn(rule, id) && retentionDays < neededDays)
      .map(({ id, retentionDays }) => ({
        ruleId: rule.ruleId,
        theatre: id,
        retentionDays,
        neededDays
      }))
  })
}

/** `2028 days (baseDays 1972, windowDays 28, leaveDays 28)` */
function needWords({ days, parts }: PastNeed): string {
  const asked = Object.entries(parts).map(([name, part]) => `${name} ${Number(part.toFixed(2))}`)
  return `${days} ${days === 1 ? 'day' : 'days'} (${asked.join(', ')})`
}

/** The greatest part that the rule states; the pattern, if all are its defaults. */
function pathOf(
  { parts }: PastNeed,
  { parameters }: Pick<RuleVersion, 'parameters'>
): RuleFault['path'] {
  const stated = Object.entries(parts).filter(([name]) => Object.hasOwn(parameters, name))
  const [greatest] = stated.sort(([, a], [, b]) => b - a)
  return greatest === undefined ? ['pattern'] : ['parameters', greatest[0]]
}
