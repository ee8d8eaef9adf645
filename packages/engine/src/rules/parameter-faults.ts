// Faults of the parameters that a rule states: names, types, ranges and words. One mechanism for all
// definitions; checks that need several parameters are `notBelow`, or in `listFaults` of a definition.

import { isKnownTactic, tactics } from '../data/vocabulary.ts'
import type { AnyRuleDefinition, Parameter, ParameterFault } from './definition.ts'
import { suggestName } from './suggest-name.ts'

/** Maximum of numbers in one list of a rule, such as its levels. */
export const numbersMax = 50
/** Maximum of a number without a range of its own. */
export const countMax = 10_000_000

/** A hundred years; half of the earth's girth. */
const maxByUnit: Readonly<Record<string, number>> = {
  days: 36_500,
  hours: 876_000,
  km: 20_040,
  probability: 1,
  share: 1
}
const wholeUnits =
  /^(?:count|incidents?|sources?|places?|sites?|areas?|settlements?|criteria|states|corridors?)$/

type Path = readonly (string | number)[]

/** Lists the faults of the parameters that a rule states. `patterns`: those that a rule may read. */
export function findParameterFaults(
  definition: AnyRuleDefinition,
  stated: Readonly<Record<string, unknown>>,
  patterns: readonly string[]
): readonly ParameterFault[] {
  const faults = Object.entries(stated).flatMap(([name, value]): readonly ParameterFault[] => {
    const parameter = Object.hasOwn(definition.parameters, name)
      ? definition.parameters[name]
      : undefined
    if (parameter !== undefined) return findValueFaults([name], parameter, value, patterns)
    const known = Object.keys(definition.parameters)
    const detail = `is not a parameter of ${definition.id}${suggestName(name, known)}`
    return [{ path: [name], detail }]
  })
  if (faults.length > 0) return faults
  const defaults = Object.entries(definition.parameters).map(([name, one]) => [name, one.default])
  const values = { ...Object.fromEntries(defaults), ...stated }
  return [...findOrderFaults(definition, values), ...(definition.faultsOf?.(values) ?? [])]
}

/** Faults of numbers below another parameter: a level that is reached before the entry. */
function findOrderFaults(
  { parameters }: AnyRuleDefinition,
  values: Readonly<Record<string, unknown>>
): readonly ParameterFault[] {
  return Object.entries(parameters).flatMap(([name, { notBelow }]): readonly ParameterFault[] => {
    if (notBelow === undefined || Number(values[name]) >= Number(values[notBelow])) return []
    return [{ path: [name], detail: `must be ${notBelow}, ${values[notBelow]}, or more` }]
  })
}

function findValueFaults(
  path: Path,
  parameter: Parameter<unknown>,
  value: unknown,
  patterns: readonly string[]
): readonly ParameterFault[] {
  if (Array.isArray(value) && value.length > numbersMax && value.some(isNumber))
    return [{ path, detail: `has ${value.length} numbers; ${numbersMax} are the most` }]
  const kindFaults = findKindFaults(parameter, value)
  if (kindFaults.length > 0)
    return kindFaults.map(fault => ({ path: [...path, ...fault.path], detail: fault.detail }))
  const { words } = parameter
  if (words?.includes(value as string) === false)
    return [{ path, detail: `must be one of ${words.join(', ')}` }]
  if (!Array.isArray(value)) return findItemFaults(path, parameter, value, patterns)
  return value.flatMap((item, i) => findItemFaults([...path, i], parameter, item, patterns))
}

/** Faults of a value, or of items of a list, of another type than the default. */
function findKindFaults(
  { default: usual, itemFaults }: Parameter<unknown>,
  value: unknown
): readonly ParameterFault[] {
  if (nameKind(value) !== nameKind(usual))
    return [{ path: [], detail: `must be ${nameKind(usual)}, such as ${JSON.stringify(usual)}` }]
  if (!Array.isArray(value)) return []
  const kinds = [...new Set((usual as readonly unknown[]).map(nameKind))]
  const findItemFaults = (item: unknown) =>
    kinds.includes(nameKind(item)) ? [] : [{ path: [], detail: `must be ${kinds.join(' or ')}` }]
  return value.flatMap((item, i) =>
    (itemFaults ?? findItemFaults)(item).map(({ path, detail }) => ({
      path: [i, ...path],
      detail
    }))
  )
}

function nameKind(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (value === null) return 'nothing'
  return (
    { number: 'a number', string: 'a text', boolean: 'true or false' }[typeof value as string] ??
    'an object'
  )
}

/** The fault of an item that must be a number, for lists without default items. */
export function findNumberFaults(item: unknown): readonly ParameterFault[] {
  return isNumber(item) ? [] : [{ path: [], detail: 'must be a number' }]
}

/** Faults of levels that do not rise from a first one. */
export function findRisingFaults(
  name: string,
  levels: readonly number[],
  first: number
): readonly ParameterFault[] {
  return levels.flatMap((level, i): readonly ParameterFault[] => {
    const before = levels[i - 1] ?? first
    const detail = `must be a number greater than ${before}`
    return level > before ? [] : [{ path: [name, i], detail }]
  })
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

/**
 * Faults of a number or a text of the right type. A text that no report and no pattern contains: a
 * rule with it would never find anything.
 */
function findItemFaults(
  path: Path,
  parameter: Parameter<unknown>,
  item: unknown,
  patterns: readonly string[]
): readonly ParameterFault[] {
  const { unit } = parameter
  if (isNumber(item)) {
    const detail = describeRangeFault(parameter, item)
    return detail === null ? [] : [{ path, detail }]
  }
  if (typeof item !== 'string') return []
  if (unit === 'tactics' && !isKnownTactic(item) && !/^other:\S/.test(item))
    return [
      { path, detail: `is not a tactic: ${item}${suggestName(item, tactics)}, and other:<word>` }
    ]
  if (unit === 'patterns' && !patterns.includes(item)) {
    const detail = `is not a pattern over incidents: ${item}${suggestName(item, patterns)}`
    return [{ path, detail }]
  }
  return []
}

function describeRangeFault(parameter: Parameter<unknown>, value: number): string | null {
  const { min, max, isWhole } = readRange(parameter)
  // A count has no unit: each rule counts something else.
  const unit = parameter.unit === 'count' ? '' : ` ${parameter.unit}`
  if (!Number.isFinite(value)) return 'must be a finite number'
  if (value < min) return `must be ${min}${unit} or more, not ${value}`
  if (value > max) return `must be ${max}${unit} or less, not ${value}`
  if (!isWhole || Number.isInteger(value)) return null
  return `must be a whole number${unit && ` of${unit}`}, not ${value}`
}

/** The range of numbers: the parameter's own, else what its unit and its default allow. */
export function readRange({ default: stated, unit, min, max }: Parameter<unknown>): {
  readonly min: number
  readonly max: number
  readonly isWhole: boolean
} {
  const usual: unknown = Array.isArray(stated) ? stated[0] : stated
  return {
    min: min ?? (isNumber(usual) && usual < 0 ? -countMax : 0),
    max: max ?? maxByUnit[unit] ?? countMax,
    isWhole: Number.isInteger(usual) && (usual as number) > 1 && wholeUnits.test(unit)
  }
}
