// Maps errors of @platformatic/kafka to driver errors. Some carry the broker's complete answer:
// those are not failures.

import {
  AuthenticationError,
  MultipleErrors,
  NetworkError,
  protocolErrorsCodesById,
  ResponseError
} from '@platformatic/kafka'
import { KafkaDriverError } from './driver.ts'

/** An error code that the broker gave for the whole answer. */
export function refused(
  what: string,
  kafkaCode: number,
  details: { message?: string | null; memberId?: string } = {}
): KafkaDriverError {
  const name = protocolErrorsCodesById[kafkaCode] ?? 'an unknown code'
  const text = details.message ? `: ${details.message}` : ''
  return new KafkaDriverError(
    'broker',
    `the broker refused ${what}: ${name} (${kafkaCode})${text}`,
    {
      kafkaCode,
      ...(details.memberId === undefined ? {} : { memberId: details.memberId })
    }
  )
}

/**
 * The broker's answer where the library wraps it in an error because it contains a code other than
 * 0.
 */
export function answerIn<R>(error: Error): R | undefined {
  return error instanceof ResponseError ? (error.response as R) : undefined
}

/** The error for a sent request without an answer. */
export function noAnswer(
  address: string,
  what: string,
  trouble: string,
  error: Error
): KafkaDriverError {
  if (error instanceof NetworkError)
    return new KafkaDriverError(
      'disconnected',
      `${address}: the connection ended before ${what} was answered: ${trouble}`,
      {
        cause: error
      }
    )
  return new KafkaDriverError(
    'protocol',
    `${address}: the answer to ${what} cannot be decoded: ${error.message}`,
    {
      cause: error
    }
  )
}

/**
 * The error for a failed connection. Distinguishes bad credentials from a network failure during
 * authentication.
 */
export function notConnected(address: string, error: unknown): KafkaDriverError {
  const chain = [...causes(error)]
  const kind = isRefusal(chain) ? 'auth-failed' : 'connect-failed'
  const root = chain.findLast(each => each.message !== '')
  return new KafkaDriverError(
    kind,
    `no connection to ${address}: ${root?.message ?? String(error)}`,
    { cause: error }
  )
}

function isRefusal(chain: readonly Error[]): boolean {
  const at = chain.findIndex(each => each instanceof AuthenticationError)
  return at >= 0 && !chain.slice(at).some(each => each instanceof NetworkError)
}

/** An error and its causes, outermost first. */
function* causes(error: unknown): Iterable<Error> {
  if (!(error instanceof Error)) return
  yield error
  if (error instanceof MultipleErrors) for (const each of error.errors) yield* causes(each)
  yield* causes(error.cause)
}
