// A rule as a form: its fields out of the YAML, and a change of a field in the YAML, which keeps its
// comments and order. Pure.

import { parseDocument } from 'yaml'
import type { Rule } from '../shown/answers.ts'
import { language } from '../words/words.ts'
import { collectFaults, type Faults } from './field-faults.ts'
import type { TypedFault } from './typed-data.ts'

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
  const value = readTyped(path, typed, parameters)
  // An empty map, such as `parameters: {}`, is on one line.
  const parent = document.getIn(at.slice(0, -1))
  if (isFlow(parent) && parent.items.length === 0) parent.flow = false
  if (value === '') document.deleteIn(at)
  else document.setIn(at, value)
  return document.toString()
}

function readTyped(
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
