// A rule as the text that is edited, and as a form over that text. Pure.

import type { PackFault } from '@tocsin/rule-packs/pack-fault'
import { readPositionedYaml } from '@tocsin/rule-packs/placed-yaml'
import { parseDocument, stringify } from 'yaml'
import type { FieldFault, Rule } from '../shown/answers.ts'
import { language, words } from '../words/words.ts'
import { collectFaults, type Faults } from './field-table.ts'

export interface TypedFault {
  readonly line: number
  readonly column: number
  readonly detail: string
  /** Of the member that it is about, if the suite found it. */
  readonly pointer?: string
}

export type TypedData =
  | {
      readonly kind: 'value'
      readonly value: unknown
      /** Where the member is that a refusal of the suite is about. */
      readonly placeOf: (fault: FieldFault) => TypedFault
    }
  | { readonly kind: 'faults'; readonly faults: readonly TypedFault[] }

/** JSON is YAML too. */
export function readTyped(text: string): TypedData {
  const read = readPositionedYaml(new TextEncoder().encode(text))
  if (!read.ok)
    return {
      kind: 'faults',
      faults: read.faults.map(({ line, column, detail }) => ({ line, column, detail }))
    }
  const { value, keyPositionOf } = read.data
  return {
    kind: 'value',
    value,
    placeOf: ({ pointer, detail }) => ({
      ...keyPositionOf(readPath(pointer, value)),
      detail,
      pointer
    })
  }
}

/** `/rules/0/id` of a value in which `rules` is a list: `['rules', 0, 'id']`. */
function readPath(pointer: string, value: unknown): PackFault['path'] {
  const path: (string | number)[] = []
  let at = value
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    const step = Array.isArray(at) ? Number(name) : name
    path.push(step)
    at =
      typeof at === 'object' && at !== null
        ? (at as Readonly<Record<string | number, unknown>>)[step]
        : undefined
  }
  return path
}

/** What a rule is made of, in the order in which it is read. */
const members = [
  'title',
  'pattern',
  'parameters',
  'where',
  'groupBy',
  'severities',
  'headline',
  'notify',
  'theatres',
  'budgets'
] as const

export const newRuleText = 'title: \npattern: \nparameters: {}\n'
export const ruleIdPattern = /^[a-z0-9][a-z0-9-]{0,63}$/

/** The declared members, without defaults of the pattern. */
export function formatRule(rule: Readonly<Record<string, unknown>>): string {
  return stringify(
    Object.fromEntries(
      members.flatMap(name => (rule[name] === undefined ? [] : [[name, rule[name]]]))
    )
  )
}

export type ReadRule =
  | {
      readonly kind: 'rule'
      readonly body: Readonly<Record<string, unknown>>
      readonly faultsOf: (told: readonly FieldFault[]) => readonly TypedFault[]
    }
  | { readonly kind: 'faults'; readonly faults: readonly TypedFault[] }

/** The body that a text represents, and the lines of what the suite refuses. */
export function readRule(text: string): ReadRule {
  const read = readTyped(text)
  if (read.kind === 'faults') return read
  const { value, placeOf } = read
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'faults', faults: [{ line: 1, column: 1, detail: words.rules.noRule }] }
  }
  // Empty fields are not sent, so that the pattern's defaults apply.
  const body = Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== null && member !== '')
  )
  return {
    kind: 'rule',
    body,
    faultsOf: told =>
      told
        // A preview has the rule in a list.
        .map(({ pointer, detail }) =>
          placeOf({ pointer: pointer.replace(/^\/rules\/0/, ''), detail })
        )
        .sort((a, b) => a.line - b.line || a.column - b.column)
  }
}

export type RuleState = 'failing' | 'short' | 'warming' | 'runs'

export function findRuleState({
  failing,
  warming,
  retainedTooShort = [],
  namesNoRule = []
}: Rule): RuleState {
  if (failing.count > 0) return 'failing'
  if (retainedTooShort.length + namesNoRule.length > 0) return 'short'
  return warming.length > 0 ? 'warming' : 'runs'
}

const isWrong = (rule: Rule) => ['failing', 'short'].includes(findRuleState(rule))

/** What fails, or sees too little, first; then by name. */
export function rulesInOrder(all: readonly Rule[], text: string): readonly Rule[] {
  const sought = text.trim().toLowerCase()
  return all
    .filter(({ ruleId, title = '', pattern }) =>
      [ruleId, title, pattern].some(each => each.toLowerCase().includes(sought))
    )
    .sort((a, b) => {
      return (
        Number(isWrong(b)) - Number(isWrong(a)) ||
        (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0)
      )
    })
}

/** A parameter as the form shows it; one of another kind is changed in the YAML. */
export interface FormParameter {
  readonly name: string
  readonly kind: 'number' | 'text' | 'list' | 'check'
  readonly value: unknown
  readonly title: string
  readonly unit: string
  readonly meaning: string
}

/** Texts by the path of the member, such as `parameters/heldDays`; checks are true or false. */
export type RuleFields = Readonly<Record<string, string | boolean>>

const textMembers = ['title', 'pattern', 'where', 'notify'] as const
const listMembers = ['severities', 'theatres'] as const
const parameterPath = 'parameters/'

/** In the officer's language, where Tocsin has its words in it. */
export function readParameter(parameter: Rule['inForce'][number]): Rule['inForce'][number] {
  return language.value === 'en'
    ? parameter
    : { ...parameter, ...parameter.inLanguages[language.value] }
}

export function listParameters(inForce: Rule['inForce']): readonly FormParameter[] {
  return inForce.map(readParameter).flatMap(({ name, value, title, unit, meaning }) => {
    const kind = findKind(value)
    return kind === null ? [] : [{ name, kind, value, title, unit, meaning }]
  })
}

function findKind(value: unknown): FormParameter['kind'] | null {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'check'
  if (typeof value === 'string') return 'text'
  return Array.isArray(value) && value.every(item => typeof item !== 'object') ? 'list' : null
}

/** Null: the text is no YAML of a rule, and is mended as text. */
export function readFields(text: string, parameters: readonly FormParameter[]): RuleFields | null {
  const document = parseDocument(text)
  const rule: unknown = document.errors.length > 0 ? null : document.toJS()
  if (!isRecord(rule)) return null
  const set = isRecord(rule.parameters) ? rule.parameters : {}
  return Object.fromEntries([
    ...[...textMembers, ...listMembers].map(name => [name, write(rule[name])]),
    ...parameters.map(({ name, kind, value }) => [
      `${parameterPath}${name}`,
      kind === 'check' ? (set[name] ?? value) === true : write(set[name])
    ])
  ])
}

/** The text with one field changed. An empty field is left out: the default applies. */
export function writeField(
  text: string,
  path: string,
  typed: string | boolean,
  parameters: readonly FormParameter[]
): string {
  const document = parseDocument(text)
  const at = path.split('/')
  const value = parseField(path, typed, parameters)
  // An empty map, such as `parameters: {}`, is on one line.
  const parent = document.getIn(at.slice(0, -1))
  if (isFlow(parent) && parent.items.length === 0) parent.flow = false
  if (value === '') document.deleteIn(at)
  else document.setIn(at, value)
  return document.toString()
}

function parseField(
  path: string,
  typed: string | boolean,
  parameters: readonly FormParameter[]
): unknown {
  if (typeof typed === 'boolean') return typed
  const parameter = parameters.find(({ name }) => path === `${parameterPath}${name}`)
  const isList = parameter?.kind === 'list' || listMembers.some(name => name === path)
  if (!isList) return parameter?.kind === 'number' ? readNumber(typed) : typed
  const items = typed.split(',').map(item => item.trim())
  const known = items.filter(item => item !== '')
  const isOfNumbers = Array.isArray(parameter?.value) && typeof parameter.value[0] === 'number'
  return known.length === 0 ? '' : isOfNumbers ? known.map(readNumber) : known
}

/** An invalid number is sent as it is, so that Tocsin reports the fault. */
function readNumber(typed: string): number | string {
  const number = Number(typed.replace(',', '.'))
  return typed.trim() === '' || Number.isNaN(number) ? typed.trim() : number
}

/** The faults next to the fields that the form shows. */
export function fieldFaults(faults: readonly TypedFault[], fields: RuleFields): Faults {
  const errors = faults.flatMap(({ pointer, detail }) =>
    pointer === undefined ? [] : [{ pointer, detail }]
  )
  return collectFaults({ detail: '', errors }, Object.keys(fields))
}

function write(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ')
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isFlow(node: unknown): node is { flow: boolean; readonly items: readonly unknown[] } {
  return isRecord(node) && 'flow' in node && Array.isArray(node.items)
}

export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new'
  readonly line: string
}

/** By the longest common list of lines. O(lines of one times lines of the other). */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [before, after].map(text => text.split('\n').filter(line => line !== '')) as [
    string[],
    string[]
  ]
  // common[i][j]: of the lines from i and from j on.
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  const from = (i: number, j: number) => common[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      (common[i] as Uint32Array)[j] =
        a[i] === b[j] ? from(i + 1, j + 1) + 1 : Math.max(from(i + 1, j), from(i, j + 1))
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', line: b[j++] as string })
      i++
    } else if (j >= b.length || (i < a.length && from(i + 1, j) >= from(i, j + 1)))
      lines.push({ kind: 'gone', line: a[i++] as string })
    else lines.push({ kind: 'new', line: b[j++] as string })
  }
  return lines
}
