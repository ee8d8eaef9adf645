// The silences that hold, as the control log has them now.

import type { ControlState } from '@tocsin/domain/control/control-state'
import { endOf, type SilenceState, silenceOf, standingOf } from '@tocsin/domain/control/silence-state'
import type { Silence } from '@tocsin/domain/notification/silence'
import type { Clock } from '@tocsin/domain/ports'
import { holdsToken } from '@tocsin/service-kit/access/principal'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'

export interface SilenceBookDeps {
  readonly control: Pick<ControlView, 'state'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/** Whether a key is known and neither revoked nor expired. The owner's always is. */
export function isKeyValid({ keys }: Pick<ControlState, 'keys'>, keyId: string, clock: Pick<Clock, 'nowMs'>): boolean {
  const key = keys.get(keyId)
  // The owner has no key in the control log; nor have its sessions, whose ids earlier versions stored.
  if (key === undefined) return keyId === 'owner' || keyId.startsWith('session:')
  return key.revokedAt === null && (key.expiresAt === null || clock.nowMs() < Date.parse(key.expiresAt))
}

/** Whether it holds now. It must not outlive the authority behind it; that of a token is bounded by its own time. */
export function isHolding(state: Pick<ControlState, 'keys'>, silence: SilenceState, clock: Pick<Clock, 'nowMs'>): boolean {
  const { ownerKeyId } = silence
  const isBacked = holdsToken({ id: ownerKeyId }) || isKeyValid(state, ownerKeyId, clock)
  return isBacked && standingOf(silence, clock.nowMs()) === 'holding'
}

/** When it ends or ended, with the key behind it if that is sooner; ISO 8601. */
export function endIn({ keys }: Pick<ControlState, 'keys'>, silence: SilenceState): string {
  const { ownerKeyId } = silence
  const key = holdsToken({ id: ownerKeyId }) ? undefined : keys.get(ownerKeyId)
  const ends = [endOf(silence), key?.revokedAt ?? null, key?.expiresAt ?? null].filter(each => each !== null)
  return ends.reduce((least, each) => (Date.parse(each) < Date.parse(least) ? each : least))
}

export class SilenceBook {
  readonly #deps: SilenceBookDeps
  /** By what was read: each decision asks. */
  #read: { readonly from: ControlState['silences']; readonly all: readonly (readonly [SilenceState, Silence])[] } | null = null

  constructor({ control, clock }: SilenceBookDeps) {
    this.#deps = { control, clock }
  }

  *holding(): Generator<Silence> {
    const { control, clock } = this.#deps
    const { state } = control
    if (this.#read?.from !== state.silences)
      this.#read = { from: state.silences, all: [...state.silences.values()].map(each => [each, silenceOf(each)]) }
    for (const [recorded, silence] of this.#read.all) if (isHolding(state, recorded, clock)) yield silence
  }
}
