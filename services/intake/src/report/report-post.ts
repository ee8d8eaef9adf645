// What comes in of a report, as it is handed on until it is written: the post, where it comes from, its places. Pure.

import type { ReportContent } from '@tocsin/contracts/report/keyed-identity'
import { parseReportInput, type ReportInput } from '@tocsin/contracts/report/report-input'
import type { Lane, Place } from '@tocsin/domain/report/report'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { invalidBody, type KeyAt } from './refusals.ts'

export interface Post {
  readonly body: unknown
  readonly idempotencyKey: string | null
  /** Default `idempotency-key`. */
  readonly keyAt?: KeyAt
  readonly lane: Lane
  readonly principal: Principal
  /** The record that it stands for, where it does not come from outside. */
  readonly cause?: string | null
}
export type Correction = Omit<Post, 'idempotencyKey' | 'keyAt' | 'cause'>

/** What was sent of a report, and where its places are. */
export interface Sent {
  readonly reportId: string
  readonly input: ReportInput
  readonly content: ReportContent
  readonly place: Place
  readonly alsoAt: readonly Place[]
  readonly lane: Lane
  readonly isCorrection: boolean
  /** Where the key stood that names the report: of all posts with that key the first one alone counts. Null where none names it. */
  readonly once: KeyAt | null
  readonly cause: string | null
}

/** How a post came in. */
export interface Origin {
  readonly lane: Lane
  readonly principal: Principal
  readonly cause: string | null
}

/** What a body says. Throws ProblemError `body-invalid`, which names its wrong fields. */
export function parse(body: unknown): ReportInput {
  const parsed = parseReportInput(body)
  if (!parsed.ok) throw invalidBody(parsed.errors)
  return parsed.report
}

/** A correction that states no later time than the winner is stamped with now; if even that is not later, with the next moment after the winner. */
export function correctedAt(winner: string, stated: string | null, nowMs: number): string {
  if (stated !== null && stated > winner) return stated
  return new Date(Math.max(nowMs, Date.parse(winner) + 1)).toISOString()
}
