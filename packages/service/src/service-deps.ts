// What a service is given. A part of one names what it takes of it: `ServiceDeps`.

import type { Clock, Random } from '@tocsin/domain/ports'
import type { EventLog } from '@tocsin/event-log/port'
import type { Registry } from 'prom-client'
import type { Secrets } from './privacy/secrets.ts'
import type { ControlView } from './projection/control-view.ts'
import type { Logger } from './telemetry/logger.ts'

export interface ServiceDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly random: Random
  readonly secrets: Secrets
  readonly control: ControlView
  readonly logger: Logger
  readonly metrics: Registry
}
