// The types that carry a report from the request to the log: the post, its origin, its places.
// Pure.

import type { ReportContent } from '@tocsin/contracts/report/keyed-identity'
import type { ReportInput } from '@tocsin/contracts/report/posted-report'
import { parseReportInput } from '@tocsin/contracts/report/report-validation'
import type { Lane, Place } from '@tocsin/contracts/theatre/report'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { invalidBody, type KeyAt } from './refusals.ts'

export interface Post {
  readonly body: unknown
  readonly idempotencyKey: string | null
  /** Default `idempotency-key`. */
  readonly keyAt?: KeyAt
  readonly lane: Lane
  readonly principal: Principal
  /** The record that it replaces, if it came from the quarantine. */
  readonly cause?: string | null
  /**
   * Called with the units that a report costs its key beyond the one that was counted before it was
   * read.
   */
  readonly charge?: Charge | undefined
}
export type Charge = (units: number) => void
export type Correction = Omit<Post, 'idempotencyKey' | 'keyAt' | 'cause'>

/** The content of a report, and its resolved places. */
export interface Sent {
  readonly reportId: string
  readonly input: ReportInput
  readonly content: ReportContent
  readonly place: Place
  readonly alsoAt: readonly Place[]
  readonly lane: Lane
  readonly isCorrection: boolean
  /**
   * Where the key that names the report was given: only the first post with a key counts. Null if
   * no key names it.
   */
  readonly once: KeyAt | null
  readonly cause: string | null
  /** Id of the key that posts it; null for backfill, which nobody reads back one by one. */
  readonly by: string | null
}

/** How a post came in. */
export interface Origin {
  readonly lane: Lane
  readonly principal: Principal
  readonly cause: string | null
}

/** The key that a record names. */
export function authorId({ lane, principal }: Pick<Origin, 'lane' | 'principal'>): string | null {
  return lane === 'live' ? principal.id : null
}

/** Parses a body. Throws ProblemError `body-invalid`, which names its wrong fields. */
export function parse(body: unknown): ReportInput {
  const parsed = parseReportInput(body)
  if (!parsed.ok) throw invalidBody(parsed.errors)
  return parsed.report
}

/**
 * The `reportedAt` of a correction that states none later than the winner's: now, or 1 ms after the
 * winner if that is later.
 */
export function correctedAt(winner: string, stated: string | null, nowMs: number): string {
  if (stated !== null && stated > winner) return stated
  return new Date(Math.max(nowMs, Date.parse(winner) + 1)).toISOString()
}
