// Why a report is refused, as the problems that its sender gets. The contract checks single fields;
// the checks here need more: the time, the key, what is known of the report. The problems at the
// end mean only that it cannot be written now.

import { mayReadTheatre, type Principal, seesAll } from '@tocsin/auth/access/principal'
import { type FieldError, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SourceDeclaration } from '@tocsin/contracts/record/control-record'
import type { ReportInput } from '@tocsin/contracts/report/posted-report'
import { checkReportTimes } from '@tocsin/contracts/report/report-validation'
import { type Handling, maySee } from '@tocsin/contracts/theatre/handling'
import type { KnownReport } from '@tocsin/read-model/reports/known-report'
import { mayReportAs } from '@tocsin/service/control/source-declaration'

/** Where the idempotency key of a post was given. */
export type KeyAt = 'idempotency-key' | 'ce-id' | 'event-id'

/** The problem of a body with wrong fields. Its detail names the first. */
export function invalidBody(errors: readonly FieldError[]): ProblemError {
  const [first] = errors
  const detail =
    first === undefined
      ? 'The report does not match the contract.'
      : `${first.pointer || 'The body'} ${first.detail}.`
  return new ProblemError('body-invalid', detail, { errors })
}

/** The problem of one part of a request. `name`: what its detail calls it. */
export function refusePart(
  code: 'query-invalid' | 'header-invalid',
  pointer: string,
  detail: string,
  name = pointer
): ProblemError {
  return new ProblemError(code, `${name} ${detail}.`, { errors: [{ pointer, detail }] })
}

export function withdrawnForGood(): ProblemError {
  return new ProblemError(
    'report-withdrawn',
    'The report was withdrawn, which is final. Post a new report instead.'
  )
}

/**
 * The key was used before with other content: the sender's counter restarted, or a correction was
 * meant.
 */
export function keyTaken(pointer: KeyAt): ProblemError {
  const detail =
    'was used with a different body: use a new key for another report, or PUT for a correction'
  return refusePart('header-invalid', pointer, detail, keyWords[pointer])
}

/**
 * An idempotency key next to another name of the report: the key could name a different report and
 * would be ignored.
 */
export function keyBeside(what: 'an externalId' | 'a stream'): ProblemError {
  const instead = {
    'an externalId': 'the externalId already identifies the report: omit one of the two',
    'a stream':
      'each of its reports is identified by its externalId, its event or its content: omit the key'
  }[what]
  const detail = `must not be sent with ${what}: ${instead}`
  return refusePart('header-invalid', 'idempotency-key', detail, 'Idempotency-Key')
}

const keyWords: Readonly<Record<KeyAt, string>> = {
  'idempotency-key': 'Idempotency-Key',
  'ce-id': 'ce-id, with ce-source,',
  'event-id': '/id of the event, with its /source,'
}

/** The answer to a valid post under the id of a hidden report. */
export function idTaken(): ProblemError {
  return new ProblemError('forbidden', 'The key may not write to this report.')
}

/** Throws if a key is not for the theatre of a report, or not cleared for its handling. */
export function checkKey(principal: Principal, theatre: string, handling: Handling): void {
  const { handling: most } = principal
  if (!mayReadTheatre(principal, theatre))
    throw new ProblemError(
      'forbidden',
      'The key is limited to theatres other than that of the report.'
    )
  if (maySee(most, handling)) return
  const detail = `The key is limited to ${most}, and the report is ${handling}.`
  throw new ProblemError('forbidden', detail, {
    errors: [{ pointer: '/handling', detail: `must be ${most} or more open for this key` }]
  })
}

/**
 * Throws if a source lists its reporters and the key is not among them. An administrator of the
 * whole suite may report for every source, as imports do. An administrator of a part may not set
 * sources, and could use this to probe which external ids hidden reports have.
 */
export function checkReporter(principal: Principal, source: SourceDeclaration | undefined): void {
  if (mayReportAs(source, principal.id) || (principal.scopes.has('admin') && seesAll(principal)))
    return
  const detail = 'The source lists who may report as it, and this key is not among them.'
  throw new ProblemError('forbidden', detail, {
    errors: [{ pointer: '/source/id', detail: 'must be a source that this key may report as' }]
  })
}

/** Throws if a report is about the future. `nowMs`: now in its theatre, ms since the epoch. */
export function checkTimes(input: ReportInput, nowMs: number): void {
  const errors = checkReportTimes(input, nowMs)
  if (errors.length > 0) throw invalidBody(errors)
}

/** Throws if a correction changes the source or the external id, which identify the report. */
export function checkSameReport(known: KnownReport, input: ReportInput): void {
  const errors: FieldError[] = []
  if (input.sourceId !== known.sourceId) {
    errors.push({ pointer: '/source/id', detail: 'must be the source of the corrected report' })
  }
  if (input.externalId !== null && input.externalId !== known.externalId) {
    errors.push({ pointer: '/externalId', detail: 'must be that of the corrected report' })
  }
  if (errors.length > 0) throw invalidBody(errors)
}

/** The log does not answer: no write is tried. */
export function logAway(trouble: string): ProblemError {
  return refuseNow(`The event log does not answer (${trouble}). Nothing was written.`, 2)
}

/** The log is not read to its end, so nothing can be decided. */
export function notRead(): ProblemError {
  return behind(
    'Intake has not yet read its log to the end. The report may have been written; it counts once if it is sent again.'
  )
}

/** Something that a decision needs is not known yet. */
export function behind(detail: string, retryAfterS = 1): ProblemError {
  return new ProblemError('projection-behind', detail, { retryAfterS })
}

export function tooLate(): ProblemError {
  return refuseNow(
    'The log did not answer in time. The report may have been written; it counts once if it is sent again.',
    1
  )
}

export function tooManyAtOnce(): ProblemError {
  return refuseNow('Too many reports are in flight. Nothing was written.', 1)
}

export function stoppedReading(): ProblemError {
  return refuseNow('Intake has stopped reading its logs. Nothing was written.', 5)
}

function refuseNow(detail: string, retryAfterS: number): ProblemError {
  return new ProblemError('log-unavailable', detail, { retryAfterS })
}
