// Messages between a rules thread and the rest of the process. Plain data.

import type { Principal } from '@tocsin/auth/access/principal'
import type { ProblemCode } from '@tocsin/contracts/problem/problem-catalogue'
import type { FixedShare } from '@tocsin/event-log/fixed-membership'
import type { KafkaStats } from '@tocsin/event-log/kafka/kafka-log'
import type { PreviewBody, SeenStandings } from '@tocsin/rules/rule/fold-answers'
import type { RulesConfig } from '@tocsin/rules/settings/config'
import type { Readiness } from '@tocsin/service/process/service'
import type { Registry } from 'prom-client'
import type { KafkaLogConfig } from '../kafka/kafka-log-by-settings.ts'

/** The settings of a suite that concern a thread. */
export interface ThreadConfig extends KafkaLogConfig, RulesConfig {
  readonly data: string
  readonly log: 'embedded' | 'kafka'
  readonly logLevel: string
}

/** Initial data of the thread. */
export interface ThreadSettings {
  readonly name: string
  readonly config: ThreadConfig
  readonly cursorKey: Uint8Array
}

export type Ask =
  | {
      readonly what: 'standings'
      readonly principal: Principal
      readonly ruleIds: readonly string[]
    }
  | { readonly what: 'near'; readonly principal: Principal; readonly ruleId: string }
  | { readonly what: 'preview'; readonly principal: Principal; readonly body: PreviewBody }
  | { readonly what: 'previewing'; readonly principal: Principal }
  | { readonly what: 'metrics' }

/** The metrics of a thread. */
export type ThreadMetrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

export type Answer = SeenStandings | object | ThreadMetrics | null

/** To the thread. */
export type ToThread =
  /**
   * The log is open and its roles are claimed: start folding this share of its partitions, or on
   * Kafka what the group gives.
   */
  | { readonly kind: 'start'; readonly share: FixedShare }
  | { readonly kind: 'ask'; readonly id: number; readonly ask: Ask }
  /** The caller has gone; the answer is no longer needed. */
  | { readonly kind: 'gone'; readonly id: number }
  | { readonly kind: 'close' }

/** A ProblemError serialised between threads. */
export interface TravellingProblem {
  readonly code: ProblemCode
  readonly detail: string
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[]
  readonly retryAfterS: number | null
  readonly members: Readonly<Record<string, string | number | null>>
}

/** Any other error, with what the log needs: its message and stack. */
export interface EncodedError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code: string | undefined
}

/** From the thread. */
export type FromThread =
  | { readonly kind: 'started' }
  /** Sent periodically, changed or not: a silent thread is busy folding. */
  | { readonly kind: 'state'; readonly readiness: Readiness; readonly logStats: KafkaStats | null }
  | { readonly kind: 'answer'; readonly id: number; readonly value: Answer }
  | { readonly kind: 'problem'; readonly id: number; readonly problem: TravellingProblem }
  | { readonly kind: 'error'; readonly id: number; readonly error: EncodedError }
  /** Final. */
  | { readonly kind: 'failed'; readonly error: EncodedError }
  | { readonly kind: 'line'; readonly line: string }
  /** An append of its log took so long. */
  | { readonly kind: 'appended'; readonly seconds: number }

export function encodeError(error: unknown): EncodedError {
  if (!(error instanceof Error))
    return { name: 'Error', message: String(error), stack: undefined, code: undefined }
  const { code } = error as { code?: unknown }
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code: typeof code === 'string' ? code : undefined
  }
}

/** The error restored, except for its class. */
export function decodeError({ name, message, stack, code }: EncodedError): Error {
  const error = new Error(message)
  error.name = name
  if (stack !== undefined) error.stack = stack
  return code === undefined ? error : Object.assign(error, { code })
}
