// What the parts of intake share.

import type { WorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import type { PrivateVault } from '@tocsin/service/privacy/private-vault'
import type { RulesProgress } from '@tocsin/service/projection/rules-progress'
import type { RulesLagGate } from '../backfill/rules-lag-gate.ts'
import type { IntakeDeps } from '../settings/config.ts'
import type { TheatreTime } from '../time/theatre-time.ts'

export interface IntakeParts extends IntakeDeps {
  readonly gazetteer: WorldGazetteer
  readonly vault: PrivateVault
  readonly progress: RulesProgress
  readonly backfill: RulesLagGate
  readonly time: TheatreTime
}
