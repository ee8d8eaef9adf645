// The answer of operations to requests that fail, as one response that all share. It lists the
// problems of the request pipeline; an operation lists its own.

import { type JsonSchema, ref } from '@tocsin/contracts/format/format'
import { type ProblemCode, problems } from '@tocsin/contracts/problem/problem-catalogue'
import { buildHeaders, limitHeaders } from './headers.ts'

/**
 * Problems of the request pipeline (host, access, query, path, headers, body), which any operation
 * may answer. Each operation states its own.
 */
export const pipelineProblems: readonly ProblemCode[] = [
  'header-invalid',
  'headers-too-large',
  'host-refused',
  'origin-refused',
  'internal',
  'not-authenticated',
  'forbidden',
  'too-many',
  'projection-behind',
  'identity-unavailable',
  'starting-up',
  'shutting-down',
  'body-malformed',
  'body-too-large',
  'content-type-unsupported',
  'content-encoding-unsupported',
  'request-timeout',
  'overloaded',
  'query-invalid',
  'not-found',
  'body-invalid',
  'cursor-invalid'
]

/** By component name. */
export const problemResponses: Readonly<Record<string, JsonSchema>> = {
  Problem: {
    description: [
      ...pipelineProblems.map(describeProblem),
      'Or one that the operation lists in `x-tocsin-problems`.'
    ].join(' '),
    headers: buildHeaders(['retry-after', ...limitHeaders, 'accept-encoding', 'www-authenticate']),
    content: { 'application/problem+json': { schema: ref('Problem'), 'x-codes': pipelineProblems } }
  }
}

/** What an operation answers to a request that fails, by status. */
export const failedAnswers = { default: { $ref: '#/components/responses/Problem' } } as const

function describeProblem(code: ProblemCode): string {
  const { status, title } = problems[code]
  return `\`${code}\` (${status}): ${title}.`
}
