// What went wrong in @platformatic/kafka, in the driver's words. Its errors carry the broker's whole answer where there was one: that is no failure.

import { AuthenticationError, MultipleErrors, NetworkError, protocolErrorsCodesById, ResponseError } from '@platformatic/kafka'
import { KafkaDriverError } from './driver.ts'

/** An error code that the broker gave for the whole answer. */
export function refused(
  what: string,
  kafkaCode: number,
  details: { message?: string | null; memberId?: string } = {}
): KafkaDriverError {
  const name = protocolErrorsCodesById[kafkaCode] ?? 'a code that is not known'
  const text = details.message ? `: ${details.message}` : ''
  return new KafkaDriverError('broker', `the broker refused ${what}: ${name} (${kafkaCode})${text}`, {
    kafkaCode,
    ...(details.memberId === undefined ? {} : { memberId: details.memberId })
  })
}

/** The broker's answer where the library has put it into an error, because some code in it is not 0. */
export function answerIn<R>(error: Error): R | undefined {
  return error instanceof ResponseError ? (error.response as R) : undefined
}

/** Why a request that was sent has no answer. */
export function noAnswer(address: string, what: string, trouble: string, error: Error): KafkaDriverError {
  if (error instanceof NetworkError)
    return new KafkaDriverError('disconnected', `${address}: the connection ended before ${what} was answered: ${trouble}`, {
      cause: error
    })
  return new KafkaDriverError('protocol', `${address}: the answer to ${what} can't be read: ${error.message}`, { cause: error })
}

/** Why no connection came to be. Bad credentials are told apart from a network that failed while they were checked. */
export function notConnected(address: string, error: unknown): KafkaDriverError {
  const chain = [...causes(error)]
  const kind = isRefusal(chain) ? 'auth-failed' : 'connect-failed'
  const root = chain.findLast(each => each.message !== '')
  return new KafkaDriverError(kind, `no connection to ${address}: ${root?.message ?? String(error)}`, { cause: error })
}

function isRefusal(chain: readonly Error[]): boolean {
  const at = chain.findIndex(each => each instanceof AuthenticationError)
  return at >= 0 && !chain.slice(at).some(each => each instanceof NetworkError)
}

/** An error, and all errors that it came from; outermost first. */
function* causes(error: unknown): Iterable<Error> {
  if (!(error instanceof Error)) return
  yield error
  if (error instanceof MultipleErrors) for (const each of error.errors) yield* causes(each)
  yield* causes(error.cause)
}
