// The answer of operations to requests that fail, as one response that all share. It lists the
// problems of the request pipeline; an operation lists its own.

import { type ProblemCode, problems } from '../problem/problem-catalogue.ts'
import { buildHeaders, limitHeaders } from './headers.ts'
import { type JsonSchema, ref } from './json-schema.ts'
import { pipelineProblems } from './operation-problems.ts'

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
