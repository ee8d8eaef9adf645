// Schema errors by field: ajv's errors as the `errors[]` of a problem. Pure.

import { openPointer } from '@tocsin/contracts/json/open-pointer'
import type { FieldError } from '@tocsin/contracts/problem/problem-catalogue'
import { describePattern } from '@tocsin/contracts/report/pattern-words'

/** The part of ajv's error object that is used here; Fastify's is the same. */
export interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string | undefined
}

/**
 * Limits of a problem's field errors and of a pointer's length: both are controlled by the sender.
 */
export const fieldErrorsMax = 50
export const pointerLengthMax = 256

/**
 * Field errors in the order found, each with the pointer of the field itself, also if it is missing
 * or unknown. Where the allowed values are listed, their type is not told as well, nor that a text
 * is too short where it is said what it must be.
 */
export function listFieldErrors(errors: readonly SchemaError[]): readonly FieldError[] {
  const listed = new Set(
    errors.filter(({ keyword }) => keyword === 'enum').map(({ instancePath }) => instancePath)
  )
  const inWords = new Set(
    errors.filter(error => formatWords(error) !== null).map(({ instancePath }) => instancePath)
  )
  const told = errors.filter(
    ({ keyword, instancePath }) =>
      (keyword !== 'type' || !listed.has(instancePath)) &&
      (keyword !== 'minLength' || !inWords.has(instancePath))
  )
  return told
    .slice(0, fieldErrorsMax)
    .map(error => ({ pointer: shortPointer(formatPointer(error)), detail: formatDetail(error) }))
}

/** Names of parameters or headers instead of pointers. */
export function listNamedErrors(errors: readonly SchemaError[]): readonly FieldError[] {
  return listFieldErrors(errors).map(error => ({
    ...error,
    pointer: error.pointer.replace(/^\//, '')
  }))
}

/** A pointer that is safe to return: of bounded length, and without names below `private`. */
export function shortPointer(told: string): string {
  const pointer = openPointer(told)
  return pointer.length <= pointerLengthMax ? pointer : `${pointer.slice(0, pointerLengthMax - 1)}…`
}

function formatPointer({ keyword, instancePath, params }: SchemaError): string {
  if (keyword === 'required') return `${instancePath}/${escapePointer(params.missingProperty)}`
  if (keyword === 'additionalProperties')
    return `${instancePath}/${escapePointer(params.additionalProperty)}`
  if (keyword === 'unevaluatedProperties')
    return `${instancePath}/${escapePointer(params.unevaluatedProperty)}`
  return instancePath
}

function formatDetail({ keyword, params, message }: SchemaError): string {
  if (keyword === 'required') return 'is required'
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties')
    return 'is not a field here'
  if (keyword === 'enum')
    return `must be one of ${[...new Set((params.allowedValues as readonly unknown[]).map(String))].join(', ')}`
  if (keyword === 'const') return `must be ${String(params.allowedValue)}`
  return formatWords({ keyword, params }) ?? message ?? 'is invalid'
}

/** What a text must be, in words; null: there are none for it. */
function formatWords({ keyword, params }: Pick<SchemaError, 'keyword' | 'params'>): string | null {
  return keyword === 'pattern' ? describePattern(String(params.pattern)) : null
}

function escapePointer(name: unknown): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1')
}
