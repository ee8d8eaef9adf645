// The actions of a run and their times: steps planned before it begins.

import type { SourceConfig } from '@tocsin/contracts/theatre/theatre-record'
import type { Role } from '../world/roles.ts'
import type { ReportBody, TheatreId } from './report-bodies.ts'

export type Action =
  | {
      readonly kind: 'post'
      readonly slot: number
      readonly body: ReportBody
      readonly lane: 'live' | 'backfill'
      readonly idempotencyKey: string | null
    }
  | {
      readonly kind: 'correct'
      readonly slot: number
      readonly body: ReportBody
      readonly lane: 'live' | 'backfill'
    }
  | { readonly kind: 'withdraw'; readonly slot: number }
  | { readonly kind: 'tick'; readonly theatre: TheatreId; readonly to: string }
  | {
      readonly kind: 'operate'
      /** One by each officer, at once and on the same alert. */
      readonly acts: readonly Act[]
      readonly pick: number
      readonly isStale: boolean
    }
  | {
      readonly kind: 'rejoin'
      /** One by each officer, at once and on the same incident. */
      readonly acts: readonly ('split' | 'merge')[]
      readonly pick: number
      readonly other: number
      readonly isStale: boolean
    }
  | { readonly kind: 'declare-lake' }
  | { readonly kind: 'declare-source'; readonly source: SourceConfig }
  | { readonly kind: 'change-rule'; readonly minPoints: number }
  | { readonly kind: 'subscribe'; readonly partner: number }
  | { readonly kind: 'open-stream'; readonly reader: number; readonly from: 'earliest' | 'latest' }
  | { readonly kind: 'drop-streams' }
  | { readonly kind: 'kill'; readonly role: Role }
  | { readonly kind: 'stop'; readonly role: Role }
  | { readonly kind: 'jump'; readonly byMs: number }
  | { readonly kind: 'junk'; readonly theatre: TheatreId; readonly bytes: string }

export type Act = 'acknowledge' | 'assign' | 'comment' | 'resolve'

export interface Step {
  readonly number: number
  /** Virtual time, ms. */
  readonly atMs: number
  readonly action: Action
}
