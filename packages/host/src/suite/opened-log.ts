// A suite's log as it is opened, of either kind: what it needs and what it provides.

import type { FailingLog } from '@tocsin/event-log/awaited-log'
import type { KafkaStats } from '@tocsin/event-log/kafka/kafka-log'
import type { ClosingStep } from '@tocsin/service/process/closing'
import type { Service } from '@tocsin/service/process/service'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { SuiteConfig } from './suite-settings.ts'

export interface SuiteLogOptions extends Pick<ServiceDeps, 'clock' | 'logger' | 'metrics'> {
  readonly config: SuiteConfig
  readonly roles: readonly Service['name'][]
  /** For a person at a terminal: receives sentences about what is waited for. */
  readonly say?: (sentence: string) => void
}

export interface SuiteLog {
  readonly log: FailingLog
  /**
   * Resolves when the log answers. Rejects if it refuses, or does not answer within the configured
   * time.
   */
  readonly opened: Promise<void>
  /** Closed in this order, after everything that uses the log. */
  readonly closing: readonly ClosingStep[]
  /** Where to read what further handles of this log do, which its metrics include. */
  includeStats(read: () => readonly (KafkaStats | null)[]): void
}
