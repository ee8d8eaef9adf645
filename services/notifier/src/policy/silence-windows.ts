// When silences hold over streams. A stream's past must be the same at every instance, so a silence
// begins, and ends before its time, only a moment after its record: by then every instance has read
// it. Source: decision 0087.

import type { ControlState } from '@tocsin/domain/control/control-state'
import { type SilenceState, silenceOf } from '@tocsin/domain/control/silence-state'
import type { Silence } from '@tocsin/domain/notification/silence'
import { holdsToken } from '@tocsin/service-kit/access/principal'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'

/** Within this time every instance knows what the control log says, ms. */
const settledMs = 10_000

export class SilenceWindows {
  readonly #control: Pick<ControlView, 'state'>
  #read: {
    readonly silences: ControlState['silences']
    readonly keys: ControlState['keys']
  } | null = null
  #all: readonly Silence[] = []

  constructor(control: Pick<ControlView, 'state'>) {
    this.#control = control
  }

  /** Those for every subscriber, also that are over. The same array while none of them changes. */
  get all(): readonly Silence[] {
    const { silences, keys } = this.#control.state
    if (this.#read?.silences === silences && this.#read.keys === keys) return this.#all
    const all = [...silences.values()].flatMap(each =>
      each.subscriptionId === null ? windowOf(each, keys) : []
    )
    const isSame = this.#read?.silences === silences && sameWindows(all, this.#all)
    this.#read = { silences, keys }
    if (!isSame) this.#all = all
    return this.#all
  }
}

function windowOf(state: SilenceState, keys: ControlState['keys']): readonly Silence[] {
  const silence = silenceOf({ ...state, endedAt: null })
  const startsMs = Math.max(silence.startsMs, Date.parse(state.createdAt) + settledMs)
  const ends = [silence.endsMs, authorityEndsMs(state.ownerKeyId, keys)]
  if (state.endedAt !== null) ends.push(Date.parse(state.endedAt) + settledMs)
  const endsMs = Math.min(...ends)
  return startsMs < endsMs ? [{ ...silence, startsMs, endsMs }] : []
}

/**
 * A silence must not outlive the authority behind it; that of a token is bounded by its own time.
 */
function authorityEndsMs(keyId: string, keys: ControlState['keys']): number {
  if (holdsToken({ id: keyId }) || keyId === 'owner' || keyId.startsWith('session:'))
    return Number.POSITIVE_INFINITY
  const key = keys.get(keyId)
  if (key === undefined) return Number.NEGATIVE_INFINITY
  const revokedMs =
    key.revokedAt === null ? Number.POSITIVE_INFINITY : Date.parse(key.revokedAt) + settledMs
  return Math.min(
    revokedMs,
    key.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(key.expiresAt)
  )
}

function sameWindows(a: readonly Silence[], b: readonly Silence[]): boolean {
  return (
    a.length === b.length &&
    a.every((each, i) => each.silenceId === b[i]?.silenceId && each.endsMs === b[i]?.endsMs)
  )
}
