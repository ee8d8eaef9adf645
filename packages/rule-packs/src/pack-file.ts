// Reads a rule pack: YAML, validated against the schema, then against patterns, parameters,
// predicates and the calendar. Reports all faults together, each with line, column and path.

import { categories, tactics } from '@tocsin/contracts/theatre/report'
import type { ParameterValue } from '@tocsin/contracts/theatre/theatre-record'
import { formatTime, parseSpan, parseTimeMs } from '@tocsin/domain/space-time/event-time'
import { readBudget } from '@tocsin/engine/theatre/budget'
import { findRuleFaults, type RuleDraft } from '@tocsin/engine/theatre/rule-check'
import { findCycleFaults } from '@tocsin/engine/theatre/rule-names'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { ExampleReport, ExpectedAlert, PackRule, RulePack } from './pack.ts'
import type { PackFault } from './pack-fault.ts'
import { type PositionedData, readPositionedYaml } from './placed-yaml.ts'
import schema from './schemas/rule-pack.v1.schema.json' with { type: 'json' }

export type PackReading =
  | { readonly ok: true; readonly pack: RulePack }
  /** At least one, in order of the file. */
  | { readonly ok: false; readonly faults: readonly PackFault[] }

/** Maximum number of faults reported for one file. */
const faultsMax = 200

/** A pack that its schema accepts. */
interface WrittenPack {
  readonly id: string
  readonly title: string
  readonly description?: string
  readonly falseAlarmsPerYear?: number
  readonly rules: readonly WrittenRule[]
}

type Parameters = Readonly<Record<string, ParameterValue>>
const parameterBlocks = ['parameters', 'levels', 'resolve'] as const

interface WrittenRule extends Omit<RuleDraft, 'ruleId' | 'parameters'> {
  readonly id: string
  readonly enabled?: boolean
  readonly parameters?: Parameters
  readonly levels?: Parameters
  readonly resolve?: Parameters
  readonly examples?: readonly WrittenExample[]
}

interface WrittenExample {
  readonly name: string
  readonly since?: string
  readonly until: string
  readonly reports: readonly ExampleReport[]
  readonly expect: readonly ExpectedAlert[]
}

/** A path and its fault; `atName`: at the member's name, not at its value. */
interface Fault {
  readonly path: PackFault['path']
  readonly detail: string
  readonly atName?: boolean
}

/** Compiled when the first pack is read: every start of a suite loads this. */
let compiled: ValidateFunction<WrittenPack> | null = null

function compileValidator(): ValidateFunction<WrittenPack> {
  const options = {
    allErrors: true,
    verbose: true,
    strict: true,
    strictRequired: false,
    strictTypes: false
  } as const
  compiled ??= new Ajv2020(options).compile<WrittenPack>(schema)
  return compiled
}

/** Reads a pack. Pure; never throws. */
export function readPack(bytes: Uint8Array): PackReading {
  const yaml = readPositionedYaml(bytes)
  if (!yaml.ok) return yaml
  const { value } = yaml.data
  const validate = compileValidator()
  if (!validate(value)) {
    const errors = validate.errors ?? []
    const faults = errors.flatMap(toFault)
    // Rules that fit are checked too, so that authors see all faults together.
    return refusePack(
      [...faults, ...selectValidRules(value, errors).flatMap(([rule, at]) => checkRule(rule, at))],
      yaml.data
    )
  }
  const faults = [
    ...findDuplicateIds(value),
    ...value.rules.flatMap((rule, i) => checkRule(rule, ['rules', i])),
    ...findCycles(value)
  ]
  return faults.length > 0
    ? refusePack(faults, yaml.data)
    : { ok: true, pack: buildPack(value, yaml.data) }
}

function refusePack(faults: readonly Fault[], data: PositionedData): PackReading {
  const placed = faults.map(({ path, detail, atName }) => ({
    ...(atName ? data.keyPositionOf(path) : data.positionOf(path)),
    path,
    detail
  }))
  const once = [...new Map(placed.map(fault => [JSON.stringify(fault), fault])).values()]
  return {
    ok: false,
    faults: once.sort((a, b) => a.line - b.line || a.column - b.column).slice(0, faultsMax)
  }
}

function buildPack(pack: WrittenPack, data: PositionedData): RulePack {
  return {
    id: pack.id,
    title: pack.title,
    description: pack.description ?? null,
    falseAlarmsPerYear: pack.falseAlarmsPerYear ?? null,
    rules: pack.rules.map((rule, i) => buildRule(pack, rule, ['rules', i], data))
  }
}

function buildRule(
  pack: WrittenPack,
  rule: WrittenRule,
  path: PackFault['path'],
  data: PositionedData
): PackRule {
  const examples = (rule.examples ?? []).map((example, i) => ({
    ...example,
    since: example.since ?? null,
    line: data.positionOf([...path, 'examples', i]).line
  }))
  return {
    draft: giveBudget(buildDraft(rule), pack),
    enabled: rule.enabled ?? true,
    examples,
    line: data.positionOf(path).line
  }
}

/** The budget of the pack is that of each of its rules that has one and states none. */
function giveBudget(
  draft: PackRule['draft'],
  { falseAlarmsPerYear: budget }: WrittenPack
): PackRule['draft'] {
  return budget === undefined || readBudget(draft) === null
    ? draft
    : { ...draft, parameters: { budget, ...draft.parameters } }
}

function buildDraft({
  id,
  enabled: _,
  examples: _e,
  levels,
  resolve,
  parameters,
  ...rest
}: WrittenRule): PackRule['draft'] {
  return { ruleId: id, ...rest, parameters: { ...parameters, ...levels, ...resolve } }
}

function findDuplicateIds({ rules }: WrittenPack): Fault[] {
  return rules.flatMap(({ id }, i) => {
    const first = rules.findIndex(other => other.id === id)
    return first === i
      ? []
      : [{ path: ['rules', i, 'id'], detail: `is already the id of rules[${first}]: ${id}` }]
  })
}

function findCycles({ rules }: WrittenPack): Fault[] {
  const findPattern = (ruleId: string) => rules.find(({ id }) => id === ruleId)?.pattern ?? null
  return rules.flatMap((rule, i) =>
    findCycleFaults(buildDraft(rule), findPattern).map(({ path, detail }) => ({
      path: ['rules', i, findBlock(rule, String(path[1])), ...path.slice(1)],
      detail
    }))
  )
}

function findBlock(rule: WrittenRule, parameter: string): (typeof parameterBlocks)[number] {
  return parameterBlocks.find(block => Object.hasOwn(rule[block] ?? {}, parameter)) ?? 'parameters'
}

/** Rules whose own part of the file fits the schema although the rest does not. */
function selectValidRules(
  value: unknown,
  errors: readonly ErrorObject[]
): readonly (readonly [WrittenRule, PackFault['path']])[] {
  const rules = (value as { rules?: unknown } | null)?.rules
  if (!Array.isArray(rules)) return []
  const unfit = new Set(
    errors.flatMap(({ instancePath }) => /^\/rules\/(\d+)(?:\/|$)/.exec(instancePath)?.[1] ?? [])
  )
  return rules.flatMap((rule, i) =>
    unfit.has(String(i)) ? [] : [[rule as WrittenRule, ['rules', i]] as const]
  )
}

function checkRule(rule: WrittenRule, path: PackFault['path']): Fault[] {
  const own = findRuleFaults(buildDraft(rule)).map(fault => {
    const [first, name, ...rest] = fault.path
    const isName =
      first === 'parameters' && rest.length === 0 && /^is not a parameter/.test(fault.detail)
    const placed =
      first === 'parameters' && name !== undefined
        ? [findBlock(rule, String(name)), name, ...rest]
        : fault.path
    return { path: [...path, ...placed], detail: fault.detail, atName: isName }
  })
  return [
    ...own,
    ...findDuplicates(rule, path),
    ...(rule.examples ?? []).flatMap((e, i) => checkExample(e, [...path, 'examples', i]))
  ]
}

/** A parameter given both ways is a fault. */
function findDuplicates(rule: WrittenRule, path: PackFault['path']): Fault[] {
  return parameterBlocks.flatMap((block, i) =>
    Object.keys(rule[block] ?? {}).flatMap(name => {
      const before = parameterBlocks
        .slice(0, i)
        .find(other => Object.hasOwn(rule[other] ?? {}, name))
      return before === undefined
        ? []
        : [{ path: [...path, block, name], detail: `is already set in ${before}`, atName: true }]
    })
  )
}

function checkExample(example: WrittenExample, path: PackFault['path']): Fault[] {
  const faults: Fault[] = []
  const checkMoment = (text: string | undefined, at: PackFault['path']): number | null => {
    if (text === undefined) return null
    const ms = parseMomentMs(text)
    if (ms === null) faults.push({ path: [...path, ...at], detail: `is not a valid day: ${text}` })
    return ms
  }
  const [since, until] = [
    checkMoment(example.since, ['since']),
    checkMoment(example.until, ['until'])
  ]
  if (since !== null && until !== null && since > until)
    faults.push({ path: [...path, 'since'], detail: 'is after until' })
  for (const [i, report] of example.reports.entries()) {
    const at = ['reports', i] as const
    const [from, to] = [
      checkMoment(report.at, [...at, 'at']),
      checkMoment(report.to, [...at, 'to'])
    ]
    checkMoment(report.reportedAt, [...at, 'reportedAt'])
    if (
      from !== null &&
      to !== null &&
      parseSpan({ from: report.at, to: report.to as string }).toMs < from
    )
      faults.push({ path: [...path, ...at, 'to'], detail: 'is before at' })
    if (from !== null && until !== null && from > until)
      faults.push({ path: [...path, ...at, 'at'], detail: 'is after until, when the example ends' })
    faults.push(...checkWords(report, [...path, ...at]))
  }
  return faults
}

function checkWords(
  { category, tactics: used = [], location }: ExampleReport,
  path: PackFault['path']
): Fault[] {
  const faults: Fault[] = []
  if (!(categories as readonly string[]).includes(category))
    faults.push({
      path: [...path, 'category'],
      detail: `is not a category: ${category}; allowed are ${categories.join(', ')}`
    })
  for (const [i, tactic] of used.entries()) {
    if ((tactics as readonly string[]).includes(tactic) || /^other:\S/.test(tactic)) continue
    const detail = `is not a tactic: ${tactic}; allowed are ${tactics.join(', ')}, and other:<word>`
    faults.push({ path: [...path, 'tactics', i], detail })
  }
  if ((location.lat === undefined) !== (location.lon === undefined))
    faults.push({ path: [...path, 'location'], detail: 'has only one of lat and lon; give both' })
  return faults
}

/** The first moment of a day, or an instant, ms; null if the calendar has no such day. */
function parseMomentMs(text: string): number | null {
  const ms = parseTimeMs(text)
  return Number.isFinite(ms) && formatTime(ms).startsWith(text.slice(0, 10)) ? ms : null
}

function toFault(error: ErrorObject): Fault[] {
  const path = parsePath(error.instancePath)
  const { keyword, params } = error
  const meant = (error.parentSchema as { description?: string } | undefined)?.description
  const asMeant = meant === undefined ? '' : `: ${meant}`
  switch (keyword) {
    case 'additionalProperties': {
      const name = String(params.additionalProperty)
      return [{ path: [...path, name], detail: `is unknown${listMembers(error)}`, atName: true }]
    }
    case 'required':
      // The enclosing anyOf reports it.
      if (/\/anyOf\/\d+\//.test(error.schemaPath)) return []
      return [{ path, detail: `lacks ${String(params.missingProperty)}` }]
    case 'anyOf':
      return [{ path, detail: 'lacks country or admin1: one of them is required' }]
    case 'type':
      return [
        { path, detail: `must be ${describeKind(params.type as string | string[])}${asMeant}` }
      ]
    case 'const':
      return [{ path, detail: `must be ${JSON.stringify(params.allowedValue)}` }]
    case 'enum':
      return [{ path, detail: `must be one of ${(params.allowedValues as string[]).join(', ')}` }]
    case 'pattern':
      return [
        {
          path,
          detail: `has the wrong form${asMeant === '' ? ': write 2025-06-01 or 2025-06-01T09:00:00Z' : asMeant}`
        }
      ]
    case 'minimum':
    case 'exclusiveMinimum':
      return [
        {
          path,
          detail: `must be ${keyword === 'minimum' ? '' : 'more than '}${params.limit}${keyword === 'minimum' ? ' or more' : ''}`
        }
      ]
    case 'maximum':
      return [{ path, detail: `must be ${params.limit} or less` }]
    case 'minLength':
    case 'minItems':
      return [{ path, detail: `must not be empty${asMeant}` }]
    case 'maxLength':
      return [{ path, detail: `is longer than ${params.limit} characters` }]
    case 'maxItems':
    case 'maxProperties':
      return [{ path, detail: `has more than ${params.limit} entries` }]
    default:
      return [{ path, detail: error.message ?? 'is wrong' }]
  }
}

function listMembers({ parentSchema }: ErrorObject): string {
  const members = Object.keys(
    (parentSchema as { properties?: object } | undefined)?.properties ?? {}
  )
  return members.length === 0 ? '' : `; allowed are ${members.join(', ')}`
}

function describeKind(type: string | readonly string[]): string {
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a map of members',
    null: 'null'
  }
  return [type]
    .flat()
    .map(one => words[one] ?? one)
    .join(' or ')
}

/** The parts of a JSON pointer, indices as numbers. */
function parsePath(pointer: string): (string | number)[] {
  const parts = pointer.split('/').slice(1)
  return parts.map(part =>
    /^(?:0|[1-9]\d*)$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')
  )
}
