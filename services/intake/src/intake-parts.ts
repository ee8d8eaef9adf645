// What the parts of intake share.

import type { WorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import type { ProcessModel } from '@tocsin/read-model/process/process-model'
import type { PrivateVault } from '@tocsin/service/privacy/private-vault'
import type { RulesProgress } from '@tocsin/service/projection/rules-progress'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { RulesLagGate } from './backfill/rules-lag-gate.ts'
import type { IntakeConfig } from './settings/config.ts'
import type { TheatreTime } from './time/theatre-time.ts'

export interface IntakeDeps extends ServiceDeps {
  readonly config: IntakeConfig
  /** Default: the world's, with the boundaries file of the settings. */
  readonly gazetteer?: WorldGazetteer
  /** Closed by the caller. */
  readonly model: ProcessModel
}

export interface IntakeParts extends IntakeDeps {
  readonly gazetteer: WorldGazetteer
  readonly vault: PrivateVault
  readonly progress: RulesProgress
  readonly backfill: RulesLagGate
  readonly time: TheatreTime
}
