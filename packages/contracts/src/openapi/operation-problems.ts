// Problems of the request pipeline (host, access, query, path, headers, body), which any operation
// may answer. Each operation states its own.

import type { ProblemCode } from '../problem/problem-catalogue.ts'

export const pipelineProblems: readonly ProblemCode[] = [
  ...(['header-invalid', 'headers-too-large', 'host-refused', 'origin-refused'] as const),
  ...(['internal', 'not-authenticated', 'forbidden', 'too-many', 'projection-behind'] as const),
  ...(['identity-unavailable', 'starting-up', 'shutting-down', 'body-malformed'] as const),
  ...(['body-too-large', 'content-type-unsupported', 'content-encoding-unsupported'] as const),
  ...(['request-timeout', 'overloaded', 'query-invalid', 'not-found'] as const),
  ...(['body-invalid', 'cursor-invalid'] as const)
]
