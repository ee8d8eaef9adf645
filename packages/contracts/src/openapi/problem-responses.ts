// The answers of operations to requests that fail, as responses that all operations share: one for
// each class of statuses with the problems of the request pipeline, and one for each status that
// only some operations have.

import { type ProblemCode, problems } from '../problem/problem-catalogue.ts'
import { buildHeaders, limitHeaders } from './headers.ts'
import { type JsonSchema, ref } from './json-schema.ts'
import { pipelineProblems } from './operation-problems.ts'

const codes = Object.keys(problems) as ProblemCode[]
const pipelineStatuses = new Set(pipelineProblems.map(code => problems[code].status))
const hasOwnResponse = (code: ProblemCode) => !pipelineStatuses.has(problems[code].status)

const refused = pipelineProblems.filter(code => problems[code].status < 500)
const failed = pipelineProblems.filter(code => problems[code].status >= 500)
const further = 'Or one that the operation lists in `x-tocsin-problems`.'

/** By component name. */
export const problemResponses: Readonly<Record<string, JsonSchema>> = {
  ...Object.fromEntries(
    codes
      .filter(hasOwnResponse)
      .map(code => problems[code].status)
      .map(status => [
        `Problem${status}`,
        buildResponse(
          codes.filter(code => problems[code].status === status),
          status === 507 ? ['retry-after'] : []
        )
      ])
  ),
  Problem4XX: buildResponse(
    refused,
    ['retry-after', ...limitHeaders, 'accept-encoding', 'www-authenticate'],
    further
  ),
  Problem5XX: buildResponse(failed, ['retry-after'], further)
}

/** References to the shared responses, by status or class. `found`: what an operation answers. */
export function listProblemResponses(
  found: readonly ProblemCode[]
): Readonly<Record<string, JsonSchema>> {
  const own = found.filter(hasOwnResponse).map(code => String(problems[code].status))
  return Object.fromEntries(
    [...new Set([...own.sort(), '4XX', '5XX'])].map(status => [
      status,
      { $ref: `#/components/responses/Problem${status}` }
    ])
  )
}

function buildResponse(
  listed: readonly ProblemCode[],
  headers: readonly string[],
  ...words: readonly string[]
): JsonSchema {
  const described = listed.map(
    code => `\`${code}\` (${problems[code].status}): ${problems[code].title}.`
  )
  return {
    description: [...described, ...words].join(' '),
    ...(headers.length === 0 ? {} : { headers: buildHeaders(headers) }),
    content: { 'application/problem+json': { schema: ref('Problem'), 'x-codes': listed } }
  }
}
