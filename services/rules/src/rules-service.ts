// The rules service: connects the folds to their routes. It decides nothing itself.

import type { Clock, Random } from '@tocsin/domain/ports'
import type { EventLog } from '@tocsin/event-log/port'
import type { Secrets } from '@tocsin/service-kit/privacy/secrets'
import type { Service } from '@tocsin/service-kit/process/service'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import type { Logger } from '@tocsin/service-kit/telemetry/logger'
import type { Registry } from 'prom-client'
import type { RulesEngine } from './partition/rules-engine.ts'
import { rulesDoor } from './rules-door.ts'
import { createFolding } from './rules-folding.ts'
import type { RulesConfig } from './settings/config.ts'
import type { Compression } from './theatre/snapshot-store.ts'

export interface RulesDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly random: Random
  readonly secrets: Secrets
  readonly control: ControlView
  readonly logger: Logger
  readonly metrics: Registry
  readonly config: RulesConfig
  /** How snapshots are packed. Default: gzip in a thread. */
  readonly compression?: Compression
}

/** The whole service in this thread. */
export function createRules(deps: RulesDeps): Service & { readonly engine: RulesEngine } {
  const { answers, ...folding } = createFolding({ ...deps, cursorKey: deps.secrets.derive('cursor') })
  return { ...rulesDoor(deps, answers), ...folding }
}
