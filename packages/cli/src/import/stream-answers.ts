// The suite's answers to a stream of reports: a line per report, and a final line that sums up.

import type { Problem } from '@tocsin/contracts/problem/problem-catalogue'
import { type VaguePlace, vaguePlaces } from '@tocsin/intake/report/report-answer'

/** The outcome of a line of the stream. */
export type LineAnswer = { readonly line: number } & (
  | {
      readonly kind: 'taken'
      readonly duplicate: boolean
      readonly isRevision: boolean
      /** It is stored, and another revision of the report counts. */
      readonly isSuperseded: boolean
      /**
       * The first fault of its places; null if all are resolved, or the suite does not mention
       * them.
       */
      readonly place: VaguePlace | null
    }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly retryAfterS: number | null }
)

export interface StreamEnd {
  readonly kind: 'end'
  /** Why it ended before its last line; null if it did not. */
  readonly problem: Problem | null
  readonly retryAfterS: number | null
  readonly cursor: string | null
}

/** Parses one line of the answer. Null if it is not one that a suite writes. */
export function readAnswerLine(value: unknown): LineAnswer | StreamEnd | null {
  if (typeof value !== 'object' || value === null) return null
  const {
    line,
    status,
    duplicate,
    revision,
    cursor,
    problem,
    retryAfter,
    place,
    alsoAt,
    superseded
  } = value as Readonly<Record<string, unknown>>
  if (typeof line !== 'number') return readEnd(problem, cursor)
  if (status === 202)
    return {
      line,
      kind: 'taken',
      duplicate: duplicate === true,
      isRevision: typeof revision === 'number' && revision > 1,
      isSuperseded: superseded !== undefined,
      place: findVaguePlace([place, ...(Array.isArray(alsoAt) ? alsoAt : [])])
    }
  if (typeof status !== 'number' || !('code' in value)) return null
  return {
    line,
    kind: 'problem',
    problem: value as unknown as Problem,
    retryAfterS: readSeconds(retryAfter)
  }
}

function findVaguePlace(places: readonly unknown[]): VaguePlace | null {
  const found = places.map(
    place => (place as { readonly resolution?: unknown } | null | undefined)?.resolution
  )
  return vaguePlaces.find(resolution => found.includes(resolution)) ?? null
}

function readEnd(problem: unknown, cursor: unknown): StreamEnd {
  const why =
    typeof problem === 'object' && problem !== null
      ? (problem as Problem & { readonly retryAfter?: unknown })
      : null
  return {
    kind: 'end',
    problem: why,
    retryAfterS: readSeconds(why?.retryAfter),
    cursor: typeof cursor === 'string' ? cursor : null
  }
}

function readSeconds(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
