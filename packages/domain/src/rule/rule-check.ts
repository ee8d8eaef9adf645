// Validates a rule: pattern, parameters and ranges, predicate, groups, severities and texts. All
// faults at once, each with its path. Places in a file are added by the reader of packs.

import type { AnyCompoundPattern } from '../detection/compound.ts'
import { readHeadline } from '../detection/headline-template.ts'
import {
  type AnyPattern,
  kindFaults,
  numbersMax,
  type Parameter,
  resolveParameters
} from '../detection/pattern.ts'
import { findingTactic } from '../patterns/compound/over-findings.ts'
import { compoundPatterns, patterns } from '../patterns/pattern-catalogue.ts'
import { compilePredicate, constantFailure } from '../predicate/incident-predicate.ts'
import { severities as allSeverities, type Severity } from '../record/severity.ts'
import { groupKeys, type ParameterValue, type RuleVersion } from '../record/theatre-record.ts'
import { tactics } from '../report/report.ts'
import { foreignCharacterAt, isSaidLine } from '../report/said-line.ts'

/** A rule before it has a version. */
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
export const severitiesMax = 12
export const groupByMax = 3

/** The pattern that a rule names, whichever level it is of. */
export function patternOf(name: string): AnyPattern | AnyCompoundPattern | undefined {
  return patterns.get(name) ?? compoundPatterns.get(name)
}

/**
 * The fault of a pattern's name, a sentence without its subject; null if a pattern of either level
 * has that name. Pure.
 */
export function patternFault(name: string): string | null {
  return patternOf(name) === undefined
    ? `is not a pattern: ${name}${nearest(name, [...patterns.keys(), ...compoundPatterns.keys()])}`
    : null
}

/**
 * Every parameter of a rule with its value in force; if the pattern is unknown, only those that
 * were given.
 */
export function parametersInForce({
  pattern: name,
  parameters
}: Pick<RuleVersion, 'pattern' | 'parameters'>) {
  const pattern = patternOf(name)
  return pattern === undefined
    ? parameters
    : resolveParameters(pattern as unknown as AnyPattern, parameters)
}

/** All faults of a rule; empty if it is valid. Pure; never throws. */
export function ruleFaults(rule: RuleDraft): readonly RuleFault[] {
  const pattern = patternOf(rule.pattern)
  const unknown = { path: ['pattern'], detail: patternFault(rule.pattern) ?? '' }
  return [
    ...(reservedIds.has(rule.ruleId)
      ? [{ path: ['id'], detail: `can not be ${rule.ruleId}: a route has that name` }]
      : []),
    ...(pattern === undefined ? [unknown] : parameterFaults(pattern, rule.parameters ?? {})),
    ...findingNameFaults(rule),
    ...whereFaults(rule),
    ...groupFaults(rule),
    ...severityFaults(rule.severities),
    ...wordFaults(rule)
  ]
}

/**
 * Rules over findings may read only level-0 rules, which rules out cycles. `patternOfRule` gives
 * the pattern of a rule by id, null if unknown; names of patterns are checked with the parameters.
 * Separate from `ruleFaults`, which knows no other rules.
 */
export function cycleFaults(
  rule: RuleDraft,
  patternOfRule: (ruleId: string) => string | null
): readonly RuleFault[] {
  const pattern = compoundPatterns.get(rule.pattern)
  return Object.entries(pattern?.parameters ?? {}).flatMap(([name, { unit }]) => {
    const named = rule.parameters?.[name]
    if (unit !== 'patterns or rules' || !Array.isArray(named)) return []
    return named.flatMap((one: unknown, i) => {
      if (typeof one !== 'string' || patternOf(one) !== undefined) return []
      const path: (string | number)[] = ['parameters', name, i]
      if (one === rule.ruleId)
        return [{ path, detail: 'is this rule: a rule cannot read its own findings' }]
      const level1 = compoundPatterns.has(patternOfRule(one) ?? '')
      return level1
        ? [
            {
              path,
              detail: `is a rule over findings: ${one}; such rules read rules over incidents alone`
            }
          ]
        : []
    })
  })
}

export function parameterFaults(
  pattern: AnyPattern | AnyCompoundPattern,
  given: Readonly<Record<string, ParameterValue>>
): readonly RuleFault[] {
  const faults = Object.entries(given).flatMap(([name, value]) => {
    const path = ['parameters', name]
    const parameter = Object.hasOwn(pattern.parameters, name) ? pattern.parameters[name] : undefined
    if (parameter === undefined) {
      return [
        {
          path,
          detail: `is not a parameter of ${pattern.id}${nearest(name, Object.keys(pattern.parameters))}`
        }
      ]
    }
    if (
      Array.isArray(value) &&
      value.length > numbersMax &&
      value.some(item => typeof item === 'number')
    )
      return [{ path, detail: `has ${value.length} numbers; ${numbersMax} are the most` }]
    const kind = kindFaults(parameter, value).map(fault => ({
      path: [...path, ...fault.path],
      detail: fault.detail
    }))
    return kind.length > 0
      ? kind
      : [...rangeFaults(path, parameter, value), ...wordFaultsIn(path, parameter, value)]
  })
  if (faults.length > 0 || !('faultsOf' in pattern) || pattern.faultsOf === undefined) return faults
  return pattern
    .faultsOf(resolveParameters(pattern as unknown as AnyPattern, given))
    .map(({ path, detail }) => ({ path: ['parameters', ...path], detail }))
}

/** Texts that no report and no pattern contains: a rule with one would never fire. */
function wordFaultsIn(
  path: readonly string[],
  { unit }: Parameter<unknown>,
  value: unknown
): RuleFault[] {
  if (!Array.isArray(value) || (unit !== 'tactics' && unit !== 'patterns')) return []
  const known: readonly string[] = unit === 'tactics' ? tactics : [...patterns.keys()]
  return value.flatMap((word: unknown, i) => {
    if (typeof word !== 'string' || known.includes(word)) return []
    if (unit === 'tactics' && /^other:\S/.test(word)) return []
    const detail =
      unit === 'tactics'
        ? `is not a tactic: ${word}${nearest(word, known)}, and other:<word>`
        : `is not a pattern over incidents: ${word}${nearest(word, known)}`
    return [{ path: [...path, i], detail }]
  })
}

const namedFinding = new RegExp(`(["'])${findingTactic('')}([a-z0-9-]*)\\1`, 'g')

/**
 * Predicates over findings recognise them by a tactic that names the pattern: with a name that no
 * pattern has or begins with, one never matches. Only for new rules, as `constantFailure`.
 */
function findingNameFaults({ pattern, parameters = {} }: RuleDraft): readonly RuleFault[] {
  if (!compoundPatterns.has(pattern)) return []
  const known = [...patterns.keys()]
  const faultsIn = (path: readonly (string | number)[], value: unknown): RuleFault[] => {
    if (typeof value === 'object' && value !== null)
      return Object.entries(value).flatMap(([name, inner]) =>
        faultsIn([...path, Array.isArray(value) ? Number(name) : name], inner)
      )
    if (typeof value !== 'string') return []
    return [...value.matchAll(namedFinding)].flatMap(([, , name = '']) =>
      known.some(id => id.startsWith(name))
        ? []
        : [
            {
              path,
              detail: `names findings of what is not a pattern over incidents: ${name}${nearest(name, known)}`
            }
          ]
    )
  }
  return faultsIn(['parameters'], parameters)
}

function rangeFaults(
  path: readonly string[],
  parameter: Parameter<unknown>,
  value: unknown
): RuleFault[] {
  if (Array.isArray(value)) {
    const usual = Array.isArray(parameter.default) ? parameter.default[0] : undefined
    return value.flatMap((item, i) =>
      rangeFaults([...path, i] as string[], { ...parameter, default: usual }, item)
    )
  }
  if (typeof value !== 'number') return []
  const { least, most, isWhole } = rangeOf(parameter)
  // A count is a number of whatever the rule counts.
  const of = parameter.unit === 'count' ? '' : ` ${parameter.unit}`
  if (!Number.isFinite(value)) return [{ path, detail: 'must be a finite number' }]
  if (value < least) return [{ path, detail: `must be ${least}${of} or more, not ${value}` }]
  if (value > most) return [{ path, detail: `must be ${most}${of} or less, not ${value}` }]
  return isWhole && !Number.isInteger(value)
    ? [{ path, detail: `must be a whole number${of && ` of${of}`}, not ${value}` }]
    : []
}

/** A hundred years; half of the earth's girth; more incidents than a theatre holds. */
const mostByUnit: Readonly<Record<string, number>> = {
  days: 36_500,
  hours: 876_000,
  km: 20_040,
  probability: 1,
  share: 1
}
/** Maximum of a number without a range of its own. */
export const countMost = 10_000_000

/** The range of a number: the parameter's own, else what its unit and its default allow. */
export function rangeOf(parameter: Parameter<unknown>): {
  least: number
  most: number
  isWhole: boolean
} {
  const { default: usual, unit } = parameter
  const isCount =
    unit !== 'days' &&
    unit !== 'hours' &&
    unit !== 'km' &&
    Number.isInteger(usual) &&
    (usual as number) > 1
  return {
    least: parameter.min ?? (typeof usual === 'number' && usual < 0 ? -countMost : 0),
    most: parameter.max ?? mostByUnit[unit] ?? countMost,
    isWhole:
      isCount &&
      /^(?:count|incidents?|sources?|places?|sites?|areas?|settlements?|criteria|states|corridors?)$/.test(
        unit
      )
  }
}

function whereFaults({ where, pattern }: RuleDraft): readonly RuleFault[] {
  if (where === undefined) return []
  // A level-1 pattern with its own fold of incidents may have a predicate.
  const level1 = compoundPatterns.get(pattern)
  if (level1 !== undefined && level1.own === undefined)
    return [{ path: ['where'], detail: `is of incidents; ${pattern} reads what other rules find` }]
  const compiled = compilePredicate(where)
  const failure = constantFailure(where)
  const errors = compiled.ok ? (failure === null ? [] : [failure]) : compiled.errors
  const inText = (line: number, column: number) =>
    line > 1 ? `line ${line}, character ${column}` : `character ${column}`
  return errors.map(({ message, line, column }) => ({
    path: ['where'],
    detail: `can not be used, at ${inText(line, column)}: ${message}`
  }))
}

function groupFaults({ groupBy, pattern }: RuleDraft): readonly RuleFault[] {
  if (groupBy === undefined) return []
  const path = ['groupBy']
  if (compoundPatterns.has(pattern))
    return [{ path, detail: `is of incidents; ${pattern} reads what other rules find` }]
  const faults: RuleFault[] =
    groupBy.length > groupByMax ? [{ path, detail: `has more than ${groupByMax} keys` }] : []
  for (const [i, key] of groupBy.entries()) {
    const known: readonly string[] = groupKeys
    if (!known.includes(key))
      faults.push({
        path: [...path, i] as string[],
        detail: `is not a key: ${key}${nearest(key, known)}`
      })
    else if (groupBy.indexOf(key) < i)
      faults.push({ path: [...path, i] as string[], detail: `is listed twice: ${key}` })
  }
  return faults
}

function severityFaults(severities: readonly Severity[] | undefined): readonly RuleFault[] {
  if (severities === undefined) return []
  const path = ['severities']
  if (severities.length === 0)
    return [{ path, detail: 'must name at least the severity of level 1' }]
  if (severities.length > severitiesMax)
    return [{ path, detail: `names more than ${severitiesMax} levels` }]
  const ranks = severities.map(severity => allSeverities.indexOf(severity))
  return ranks.flatMap((rank, i) => {
    const at: (string | number)[] = [...path, i]
    if (rank === -1) return [{ path: at, detail: `must be one of ${allSeverities.join(', ')}` }]
    return rank < (ranks[i - 1] ?? 0)
      ? [{ path: at, detail: `is less than that of level ${i}: a level lifts an alert` }]
      : []
  })
}

function wordFaults({ title, headline }: RuleDraft): readonly RuleFault[] {
  const faults: RuleFault[] = []
  if (title !== undefined && (title.trim() === '' || title.length > titleLengthMax))
    faults.push({ path: ['title'], detail: `must have 1 to ${titleLengthMax} characters` })
  else if (title !== undefined) faults.push(...lineFaults('title', title))
  const reading = headline === undefined ? null : readHeadline(headline)
  if (reading?.ok === false)
    faults.push({
      path: ['headline'],
      detail: `${reading.detail} (at character ${reading.at + 1})`
    })
  else if (headline !== undefined) faults.push(...lineFaults('headline', headline))
  return faults
}

/**
 * What alerts show is one line, and says what it seems to say. A reader cannot see a character that
 * turns it around.
 */
function lineFaults(name: string, text: string): RuleFault[] {
  const at = foreignCharacterAt(text)
  const path = [name]
  const which =
    at === null
      ? ''
      : `U+${(text.codePointAt(at) as number).toString(16).toUpperCase().padStart(4, '0')}`
  if (at !== null)
    return [
      {
        path,
        detail: `must be one line without control characters, and none that turn it around: ${which} at character ${at + 1}`
      }
    ]
  return isSaidLine(text) ? [] : [{ path, detail: 'must be a line of which something is seen' }]
}

/** Suggests the nearest known name; if none is near, lists `all` of them, or says `nothing`. */
export function nearest(
  name: string,
  known: readonly string[],
  otherwise: 'all' | 'nothing' = 'all'
): string {
  const [close] = known
    .map(one => ({ one, distance: editDistance(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, distance }) => distance <= Math.min(2, Math.floor(one.length / 2)))
    .sort((a, b) => a.distance - b.distance)
  if (close !== undefined) return `; is ${close.one} meant?`
  if (otherwise === 'nothing') return ''
  return known.length === 0 ? '; it has none' : `; there are ${known.join(', ')}`
}

/** Edit distance with letters left out, inserted, changed, or swapped with a neighbour. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 4) return Number.POSITIVE_INFINITY
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const changed = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(
        Math.min(
          changed,
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY
        )
      )
    }
  }
  return at(a.length, b.length)
}
