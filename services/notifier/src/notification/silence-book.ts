// The active silences, as the control log has them now.

import { holdsToken } from '@tocsin/auth/access/principal'
import type { FilterFacts } from '@tocsin/contracts/alert/alert-filter'
import type { Clock } from '@tocsin/domain/ports'
import type { ControlState } from '@tocsin/service/control/control-state'
import {
  computeEnd,
  computeStanding,
  type SilenceState
} from '@tocsin/service/control/silence-state'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { covers, makeSilence, type Silence } from './silence.ts'

/** Whether a key is known and neither revoked nor expired. The owner's always is. */
export function isKeyValid(
  { keys }: Pick<ControlState, 'keys'>,
  keyId: string,
  clock: Pick<Clock, 'nowMs'>
): boolean {
  const key = keys.get(keyId)
  // The owner has no key in the control log; nor have its sessions: earlier versions stored their
  // ids.
  if (key === undefined) return keyId === 'owner' || keyId.startsWith('session:')
  return (
    key.revokedAt === null && (key.expiresAt === null || clock.nowMs() < Date.parse(key.expiresAt))
  )
}

/**
 * Whether it is active now. It must not outlive the authority behind it; that of a token is bounded
 * by its own time.
 */
export function isHolding(
  state: Pick<ControlState, 'keys'>,
  silence: SilenceState,
  clock: Pick<Clock, 'nowMs'>
): boolean {
  const { ownerKeyId } = silence
  const isBacked = holdsToken({ id: ownerKeyId }) || isKeyValid(state, ownerKeyId, clock)
  return isBacked && computeStanding(silence, clock.nowMs()) === 'holding'
}

/** When it ends or ended, with the key behind it if that is sooner; ISO 8601. */
export function endIn({ keys }: Pick<ControlState, 'keys'>, silence: SilenceState): string {
  const { ownerKeyId } = silence
  const key = holdsToken({ id: ownerKeyId }) ? undefined : keys.get(ownerKeyId)
  const ends = [computeEnd(silence), key?.revokedAt ?? null, key?.expiresAt ?? null].filter(
    each => each !== null
  )
  return ends.reduce((least, each) => (Date.parse(each) < Date.parse(least) ? each : least))
}

/** What is active is read again after this time at the latest, ms. */
const readEveryMs = 1_000

export class SilenceBook {
  readonly #deps: Pick<ServiceDeps, 'control' | 'clock'>
  #read: Pick<ControlState, 'silences' | 'keys'> | null = null
  #readAt = 0
  #holding: readonly Silence[] = []
  /**
   * The active silences for an alert, by its state as readers of a clearance see it, for as long as
   * that state is in memory: each filter is evaluated once, whoever asks.
   */
  #over = new WeakMap<FilterFacts, readonly Silence[]>()

  constructor(deps: Pick<ServiceDeps, 'control' | 'clock'>) {
    this.#deps = deps
  }

  /** As they were less than a second ago, or after their last change. */
  holding(): readonly Silence[] {
    const { control, clock } = this.#deps
    const { silences, keys } = control.state
    const readAt = Math.floor(clock.nowMs() / readEveryMs)
    if (this.#read?.silences !== silences || this.#read.keys !== keys || this.#readAt !== readAt) {
      this.#read = { silences, keys }
      this.#readAt = readAt
      this.#holding = [...silences.values()]
        .filter(each => isHolding(control.state, each, clock))
        .map(makeSilence)
      this.#over = new WeakMap()
    }
    return this.#holding
  }

  /**
   * The active silences for an alert, of any subscription. `facts`: the one object of its state
   * that does not change.
   */
  over(alert: { readonly alertId: string; readonly facts: FilterFacts }): readonly Silence[] {
    const holding = this.holding()
    const known = this.#over.get(alert.facts) ?? holding.filter(each => covers(each, alert))
    this.#over.set(alert.facts, known)
    return known
  }
}
