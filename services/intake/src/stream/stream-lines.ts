// The result lines of a stream: one for each non-blank line, in order, and a summary. Pure.

import { type ProblemError, problems } from '@tocsin/contracts/problem/problem-catalogue'
import { type Answer, supersededText } from '../report/report-answer.ts'
import { placesText } from '../report/told-places.ts'

/**
 * Counts of one stream. All but `lines` and `blank` count answered lines; with the blank ones they
 * add up to `lines`.
 */
export interface Tally {
  readonly lines: number
  readonly blank: number
  readonly accepted: number
  readonly duplicates: number
  readonly refused: number
  readonly unavailable: number
}

/**
 * `{"line","status":202,"reportId","revision","theatre","duplicate","place","alsoAt"?,"superseded"?}`
 */
export function answeredLine(line: number, answer: Answer): string {
  const { reportId, revision, theatre, duplicate, understood } = answer
  // Written by hand: a general serialiser is measurably slower at these rates. Only the theatre
  // needs escaping.
  return `{"line":${line},"status":202,"reportId":"${reportId}","revision":${revision},"theatre":${JSON.stringify(theatre)},"duplicate":${duplicate}${understood === null ? '' : `,${placesText(understood, theatre)}`}${supersededText(answer)}}\n`
}

/**
 * `{"line","status","code","detail","errors"?,"retryAfter"?}`: the problem that the report would
 * get as a single post.
 */
export function problemLine(line: number, problem: ProblemError): string {
  return `${JSON.stringify({ line, ...problemMembers(problem) })}\n`
}

/**
 * The last line, which has no `line`. `complete`: the stream was read to its end. If not, `problem`
 * gives the reason; lines after the last answered one were not begun.
 */
export function summaryLine(
  tally: Tally,
  cursor: string | null,
  problem: ProblemError | null
): string {
  const ending = problem === null ? {} : { problem: problemMembers(problem) }
  return `${JSON.stringify({ complete: problem === null, ...tally, cursor, ...ending })}\n`
}

function problemMembers(problem: ProblemError): object {
  const { status, title } = problems[problem.code]
  return {
    status,
    type: `urn:tocsin:problem:${problem.code}`,
    title,
    code: problem.code,
    detail: problem.message,
    ...(problem.errors.length === 0 ? {} : { errors: problem.errors }),
    ...(problem.retryAfterS === null ? {} : { retryAfter: problem.retryAfterS })
  }
}
