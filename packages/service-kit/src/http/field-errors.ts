// What a schema found wrong, told by the field: ajv's errors as the `errors[]` of a problem. Pure.

import { openPointer } from '@tocsin/contracts/json/open-pointer'
import type { FieldError } from '@tocsin/contracts/problem/problem-catalogue'

/** As much of ajv's error object as is read here; Fastify's are the same. */
export interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string | undefined
}

/** How many field errors a problem holds at most, and how long a pointer may be: both come from the sender. */
export const fieldErrorsMax = 50
export const pointerLengthMax = 256

/** Field errors in the order found, each naming the field itself: the missing one, the unknown one. */
export function fieldErrorsOf(errors: readonly SchemaError[]): readonly FieldError[] {
  return errors.slice(0, fieldErrorsMax).map(error => ({ pointer: shortPointer(pointerOf(error)), detail: detailOf(error) }))
}

/** Names of parameters or headers instead of pointers. */
export function namedErrorsOf(errors: readonly SchemaError[]): readonly FieldError[] {
  return fieldErrorsOf(errors).map(error => ({ ...error, pointer: error.pointer.replace(/^\//, '') }))
}

/** A pointer as it may be told: of bounded length, and without names that stand under `private`. */
export function shortPointer(told: string): string {
  const pointer = openPointer(told)
  return pointer.length <= pointerLengthMax ? pointer : `${pointer.slice(0, pointerLengthMax - 1)}…`
}

function pointerOf({ keyword, instancePath, params }: SchemaError): string {
  if (keyword === 'required') return `${instancePath}/${escapePointer(params.missingProperty)}`
  if (keyword === 'additionalProperties') return `${instancePath}/${escapePointer(params.additionalProperty)}`
  if (keyword === 'unevaluatedProperties') return `${instancePath}/${escapePointer(params.unevaluatedProperty)}`
  return instancePath
}

function detailOf({ keyword, params, message }: SchemaError): string {
  if (keyword === 'required') return 'is required'
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') return 'is not a field here'
  if (keyword === 'enum')
    return `must be one of ${[...new Set((params.allowedValues as readonly unknown[]).map(String))].join(', ')}`
  if (keyword === 'const') return `must be ${String(params.allowedValue)}`
  return message ?? 'is wrong'
}

function escapePointer(name: unknown): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1')
}
