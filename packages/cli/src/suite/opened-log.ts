// A suite's log as it is opened, whichever kind it is: what it needs, and what there is of it.

import type { Clock } from '@tocsin/domain/ports'
import type { FailingLog } from '@tocsin/event-log/awaited-log'
import type { ClosingStep } from '@tocsin/service-kit/process/closing'
import type { Service } from '@tocsin/service-kit/process/service'
import type { Logger } from '@tocsin/service-kit/telemetry/logger'
import type { Registry } from 'prom-client'
import type { SuiteConfig } from './suite-settings.ts'

export interface SuiteLogOptions {
  readonly config: SuiteConfig
  readonly roles: readonly Service['name'][]
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Registry
  /** Where a person may be looking: told in sentences of what is waited for. */
  readonly say?: (sentence: string) => void
}

export interface SuiteLog {
  readonly log: FailingLog
  /** Resolves when the log answers. Rejects when it refuses, or did not answer in the time that the settings give it. */
  readonly opened: Promise<void>
  /** In this order, after all that uses the log. */
  readonly closing: readonly ClosingStep[]
}
