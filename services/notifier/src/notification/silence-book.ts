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
import type { ControlView } from '@tocsin/service/projection/control-view'
import { covers, makeSilence, type Silence } from './silence.ts'

export interface SilenceBookDeps {
  readonly control: Pick<ControlView, 'state'>
  readonly clock: Pick<Clock, 'nowMs'>
}

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

export class SilenceBook {
  readonly #deps: SilenceBookDeps
  /** The last result, and from when until when it is valid, ms. */
  #read: ReadSilences | null = null
  /**
   * The active silences for an alert, by its state as readers of a clearance see it, for as long as
   * that state is in memory: each filter is evaluated once, whoever asks and however many alerts
   * there are.
   */
  #over = new WeakMap<FilterFacts, readonly Silence[]>()

  constructor({ control, clock }: SilenceBookDeps) {
    this.#deps = { control, clock }
  }

  /** The same list until a silence begins, ends or changes. */
  holding(): readonly Silence[] {
    const { control, clock } = this.#deps
    const { silences, keys } = control.state
    const nowMs = clock.nowMs()
    const read = this.#read
    const isSame = read?.silences === silences && read.keys === keys
    if (isSame && read.fromMs <= nowMs && nowMs < read.untilMs) return read.holding
    const states = [...silences.values()]
    const holding = states.filter(each => isHolding(control.state, each, clock)).map(makeSilence)
    const changes = states
      .flatMap(each => listChanges(control.state, each))
      .filter(each => each > nowMs)
    const untilMs = changes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
    this.#read = { silences, keys, holding, fromMs: nowMs, untilMs }
    this.#over = new WeakMap()
    return holding
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

interface ReadSilences extends Pick<ControlState, 'silences' | 'keys'> {
  readonly holding: readonly Silence[]
  readonly fromMs: number
  readonly untilMs: number
}

/** When it may become active or inactive, ms. */
function listChanges(
  { keys }: Pick<ControlState, 'keys'>,
  silence: SilenceState
): readonly number[] {
  const expiresAt = keys.get(silence.ownerKeyId)?.expiresAt ?? null
  const times = [silence.startsAt, computeEnd(silence), ...(expiresAt === null ? [] : [expiresAt])]
  return times.map(each => Date.parse(each))
}
