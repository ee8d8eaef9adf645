// The lines that answer a stream: one for each line that held something, in their order, and one that sums up. Pure.

import { type ProblemError, problems } from '@tocsin/contracts/problem/problem-catalogue'
import type { Answer } from '../report/report-answer.ts'
import { placesText } from '../report/told-places.ts'

/** Of one stream. All but `lines` and `blank` count lines that were answered; together with the blank ones they are `lines`. */
export interface Tally {
  readonly lines: number
  readonly blank: number
  readonly accepted: number
  readonly duplicates: number
  readonly refused: number
  readonly unavailable: number
}

/** `{"line","status":202,"reportId","revision","theatre","duplicate","place","alsoAt"?}` */
export function answeredLine(line: number, { reportId, revision, theatre, duplicate, understood }: Answer): string {
  // Written out: at these rates a serialiser that looks at each member is felt. Only the theatre is a text that needs one.
  return `{"line":${line},"status":202,"reportId":"${reportId}","revision":${revision},"theatre":${JSON.stringify(theatre)},"duplicate":${duplicate}${understood === null ? '' : `,${placesText(understood)}`}}\n`
}

/** `{"line","status","code","detail","errors"?,"retryAfter"?}`: as the problem that the report alone would be answered with. */
export function problemLine(line: number, problem: ProblemError): string {
  return `${JSON.stringify({ line, ...problemMembers(problem) })}\n`
}

/**
 * The last line, which has no `line`. `complete`: the stream was taken to its end. If not, `problem` says why; lines behind the last one that was
 * answered were not begun.
 */
export function summaryLine(tally: Tally, cursor: string | null, problem: ProblemError | null): string {
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
