// Which problems an operation can answer. Those common to the request pipeline (host, access,
// query, path, headers, body) are derived here; each operation adds its own.

import type { ProblemCode } from '../problem/problem-catalogue.ts'
import type { OperationDoc } from './operation.ts'

export interface OperationTraits {
  readonly isOpen: boolean
  readonly isOfService: boolean
  readonly hasQuery: boolean
  readonly hasPath: boolean
  readonly method: string
}

/** Problems that any request can get. */
const always: readonly ProblemCode[] = [
  'header-invalid',
  'headers-too-large',
  'host-refused',
  'origin-refused',
  'internal'
]
const ofAccess: readonly ProblemCode[] = [
  'not-authenticated',
  'forbidden',
  'too-many',
  'projection-behind',
  'identity-unavailable',
  'starting-up'
]
const ofServices: readonly ProblemCode[] = ['starting-up', 'shutting-down']
const ofBodies: readonly ProblemCode[] = [
  'body-malformed',
  'body-too-large',
  'content-type-unsupported',
  'content-encoding-unsupported',
  'request-timeout',
  'overloaded'
]

/** The problems of the request pipeline: what an operation answers besides is its own. */
export const pipelineProblems: readonly ProblemCode[] = [
  ...new Set<ProblemCode>([
    ...always,
    ...ofAccess,
    ...ofServices,
    ...ofBodies,
    'query-invalid',
    'not-found',
    'body-invalid',
    'cursor-invalid'
  ])
]

/** All problems that can be answered, each once. Pure. */
export function listProblems(traits: OperationTraits, doc: OperationDoc): readonly ProblemCode[] {
  const takesBody = ['POST', 'PUT', 'DELETE', 'PATCH'].includes(traits.method)
  const found: ProblemCode[] = [
    ...always,
    ...(traits.isOpen ? [] : ofAccess),
    ...(traits.isOfService ? ofServices : []),
    ...(traits.hasQuery ? (['query-invalid'] as const) : []),
    ...(traits.hasPath ? (['not-found'] as const) : []),
    ...(takesBody ? ofBodies : []),
    ...(doc.body === undefined ? [] : (['body-invalid'] as const)),
    ...(doc.headers?.includes('tocsin-cursor')
      ? (['cursor-invalid', 'projection-behind'] as const)
      : []),
    ...(doc.headers?.includes('if-match') ? (['precondition-required'] as const) : []),
    ...(doc.problems ?? [])
  ]
  return [...new Set(found)]
}
