// Every problem that an HTTP edge may answer (RFC 9457), by code. Documentation:
// packages/contracts/PROBLEMS.md; a test keeps both equal.

export const problems = {
  'body-invalid': { status: 422, title: 'The body does not match the contract' },
  'body-malformed': { status: 400, title: 'The body is not well-formed' },
  'body-too-large': { status: 413, title: 'The body is over the limit' },
  'content-type-unsupported': { status: 415, title: 'The content type is not supported here' },
  'content-encoding-unsupported': { status: 415, title: 'The compression is not supported here' },
  'query-invalid': { status: 400, title: 'A query parameter is invalid' },
  'header-invalid': { status: 400, title: 'A header is invalid' },
  'headers-too-large': { status: 431, title: 'The headers are over the limit' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'route-unknown': { status: 404, title: 'There is no such route' },
  'not-found': { status: 404, title: 'The requested thing does not exist' },
  'method-not-allowed': { status: 405, title: 'This route has no such method' },
  'not-authenticated': { status: 401, title: 'A valid key or session is required' },
  forbidden: { status: 403, title: 'The key is not allowed to do this' },
  'host-refused': { status: 421, title: 'This host name is not served here' },
  'origin-refused': { status: 403, title: 'Requests from this origin are refused' },
  'report-withdrawn': { status: 409, title: 'The report was withdrawn, which is final' },
  'action-refused': { status: 409, title: 'It has changed since it was seen' },
  'precondition-required': { status: 428, title: 'If-Match is required' },
  'tick-refused': {
    status: 409,
    title: 'The tick is not later than the last one, or the theatre has no replay clock'
  },
  'url-refused': { status: 422, title: 'The address of the endpoint is not allowed' },
  'cursor-invalid': { status: 400, title: 'The cursor is invalid or of another log' },
  'too-many': { status: 429, title: 'A limit is exceeded' },
  overloaded: { status: 503, title: 'The service is overloaded' },
  'projection-behind': { status: 503, title: 'The requested position is not folded yet' },
  'log-unavailable': { status: 503, title: 'The event log is not available' },
  'disk-full': { status: 507, title: 'The disk is full: nothing was written' },
  'identity-unavailable': { status: 503, title: 'The token cannot be verified now' },
  'starting-up': { status: 503, title: 'The service is still reading its logs' },
  'shutting-down': { status: 503, title: 'The service is shutting down' },
  internal: { status: 500, title: 'Internal error' }
} as const satisfies Record<string, { status: number; title: string }>
export type ProblemCode = keyof typeof problems

/** Maximum number of errors in one answer; more would not help. */
export const fieldErrorsMax = 20

export interface FieldError {
  /** JSON pointer into the body, or the name of the parameter or header. */
  readonly pointer: string
  readonly detail: string
}

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail: string
  readonly instance?: string
  readonly errors?: readonly FieldError[]
}

/**
 * An error that an edge answers as a problem. Its detail goes to clients: nothing private, no
 * internals.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: ProblemCode
  readonly errors: readonly FieldError[]
  readonly retryAfterS: number | null
  /** Additional members of a problem (RFC 9457, 3.2), such as who won a race and when. */
  readonly members: Readonly<Record<string, string | number | null>>

  constructor(
    code: ProblemCode,
    detail: string,
    options: {
      errors?: readonly FieldError[]
      retryAfterS?: number
      members?: Readonly<Record<string, string | number | null>>
      cause?: unknown
    } = {}
  ) {
    super(detail, { cause: options.cause })
    this.code = code
    this.errors = options.errors ?? []
    this.retryAfterS = options.retryAfterS ?? null
    this.members = options.members ?? {}
  }
}

/** The problem of a body with an invalid member. `detail`: the end of a sentence about it. */
export function bodyInvalid(pointer: string, detail: string): ProblemError {
  return new ProblemError('body-invalid', `${pointer.slice(1)} ${detail}.`, {
    errors: [{ pointer, detail }]
  })
}

export function forbidden(detail: string): ProblemError {
  return new ProblemError('forbidden', detail)
}

export function actionRefused(detail: string): ProblemError {
  return new ProblemError('action-refused', detail)
}
