// The shape of a posted report, or of what else people hand in, by its published schema, with the
// schema's errors as sentences for people. A valid body costs one pass that stops at the first
// fault; only an invalid one is checked again for all faults.

import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Format } from '../format/format.ts'
import { openPointer } from '../json/open-pointer.ts'
import { type FieldError, fieldErrorsMax } from '../problem/problem-catalogue.ts'
import { buildSchema } from '../schema/published-schema.ts'
import { suggestWord } from './did-you-mean.ts'
import type { PostedLocation } from './posted-location.ts'
import { postedReportFormat } from './posted-report.ts'
import { scenarioLineFormat } from './scenario-line.ts'
import { withdrawalFormat } from './withdrawal.ts'

export type Shaped<T> =
  | { readonly ok: true; readonly report: T }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

// Checked against the meta-schema in its test, not at each start.
const options = {
  strict: true,
  strictTypes: false,
  strictRequired: false,
  validateFormats: false,
  validateSchema: false
} as const
const quick = new Ajv2020(options)
const thorough = new Ajv2020({ ...options, allErrors: true, verbose: true })

/** Validates a posted report's shape. Never throws. */
export const checkReportShape = compileShape(postedReportFormat, 'report')
export const checkWithdrawal = compileShape(withdrawalFormat, 'withdrawal')
export const checkScenarioLine = compileShape(scenarioLineFormat, 'scenario line')
function compileShape<T>(format: Format<T>, noun: string): (value: unknown) => Shaped<T> {
  const schema = buildSchema(format)
  // Compiled on first use: most processes accept no reports, and many that do find no fault.
  let fits: ValidateFunction<T> | null = null
  let explain: ValidateFunction | null = null
  return value => {
    fits ??= quick.compile<T>(schema)
    if (fits(value)) return { ok: true, report: value }
    explain ??= thorough.compile(schema)
    explain(value)
    return { ok: false, errors: describeErrors(explain.errors ?? [], value, noun) }
  }
}

function describeErrors(errors: readonly ErrorObject[], root: unknown, noun: string): FieldError[] {
  const found = new Map<string, FieldError>()
  for (const error of errors) {
    // The alternative itself reports what failed inside it.
    if (/\/(?:anyOf|oneOf)\/\d+\//.test(error.schemaPath)) continue
    const { pointer: named, detail } = describeErrorAt(error, root, noun)
    // Names below `private` are not repeated: they may be a person's.
    const pointer = openPointer(named)
    const hidden = 'holds a field that no report has here; its name is not repeated'
    if (!found.has(pointer))
      found.set(pointer, { pointer, detail: pointer === named ? detail : hidden })
    if (found.size === fieldErrorsMax) break
  }
  return [...found.values()]
}

function describeErrorAt(error: ErrorObject, root: unknown, noun: string): FieldError {
  const at = error.instancePath
  const { missingProperty, additionalProperty, property } = error.params
  const below = (name: string, detail: string) => ({
    pointer: `${at}/${escapePointer(name)}`,
    detail
  })
  switch (error.keyword) {
    case 'required':
      return below(missingProperty, 'is missing')
    case 'dependentRequired':
      return below(missingProperty, `is missing: ${property} needs it beside it`)
    case 'additionalProperties':
      return below(additionalProperty, `is not a field of a ${noun} here${suggestWord(error)}`)
    case 'anyOf':
      return describeMissingPlace(at, getValueAt(root, at))
    case 'oneOf':
      return { pointer: at, detail: 'must have exactly one of report, put and delete' }
    case 'type':
      if (at === '') return { pointer: '', detail: describeNoObject(root, noun) }
      return { pointer: at, detail: `must be ${describe(error)}${suggestWord(error)}` }
    case 'enum':
    case 'pattern':
      return { pointer: at, detail: `must be ${describe(error)}${suggestWord(error)}` }
    default:
      return { pointer: at, detail: `must be ${describe(error)}${describeSwap(at, root)}` }
  }
}

function describeNoObject(root: unknown, noun: string): string {
  const one = `must be a ${noun} as a JSON object`
  return Array.isArray(root)
    ? `${one}, not a list: post one ${noun}, or lines of NDJSON as application/x-ndjson`
    : one
}

/**
 * The error for a location with neither coordinates nor a name with a country: it names the
 * alternative that is nearest to complete.
 */
function describeMissingPlace(at: string, value: unknown): FieldError {
  const { lat, lon, name } = (value ?? {}) as PostedLocation
  if (lat !== undefined)
    return { pointer: `${at}/lon`, detail: 'is missing: lat needs it beside it' }
  if (lon !== undefined)
    return { pointer: `${at}/lat`, detail: 'is missing: lon needs it beside it' }
  const detail = 'is missing: a name without coordinates needs its country'
  if (name !== undefined) return { pointer: `${at}/country`, detail }
  return { pointer: at, detail: 'must have coordinates (lat and lon), or a name with a country' }
}

function describe(error: ErrorObject): string {
  const parent = error.parentSchema as { description?: string; type?: string } | undefined
  return (
    parent?.description ??
    (parent?.type === 'object' ? 'an object' : (error.message ?? 'of another form'))
  )
}

/** A hint if latitude and longitude would be valid when swapped. */
function describeSwap(at: string, root: unknown): string {
  if (!/\/(?:lat|lon)$/.test(at)) return ''
  const { lat, lon } = getValueAt(root, at.slice(0, at.lastIndexOf('/'))) as PostedLocation
  if (typeof lat !== 'number' || typeof lon !== 'number') return ''
  return Math.abs(lat) <= 180 && Math.abs(lon) <= 90 ? '; lat and lon look swapped' : ''
}

function getValueAt(root: unknown, pointer: string): unknown {
  // A field that the schema knows: its name needs no escapes.
  const names = pointer.split('/').slice(1)
  return names.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], root)
}

function escapePointer(name: string): string {
  const short = name.length > 100 ? `${name.slice(0, 100)}…` : name
  return short.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')
}
