// Problems for reports that cannot be written now, with the time to retry. None of them says that
// the report is wrong.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'

/** When to retry after the log did not answer, s. */
const logRetryAfterS = 2

export function logAway(trouble: string): ProblemError {
  return new ProblemError(
    'log-unavailable',
    `The event log does not answer (${trouble}). Nothing was written.`,
    {
      retryAfterS: logRetryAfterS
    }
  )
}

export function tooLate(): ProblemError {
  const detail =
    'The log did not answer in time. The report may have been written; it counts once if it is sent again.'
  return new ProblemError('log-unavailable', detail, { retryAfterS: 1 })
}

export function tooMuchAtOnce(): ProblemError {
  const detail = 'The reports in flight have reached their limit of memory. Nothing was written.'
  return new ProblemError('overloaded', detail, { retryAfterS: 1 })
}

export function tooManyAtOnce(): ProblemError {
  return new ProblemError(
    'log-unavailable',
    'Too many reports are in flight. Nothing was written.',
    {
      retryAfterS: 1
    }
  )
}

export function stoppedReading(): ProblemError {
  return new ProblemError(
    'log-unavailable',
    'Intake has stopped reading its logs. Nothing was written.',
    { retryAfterS: 5 }
  )
}
