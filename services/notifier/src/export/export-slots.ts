// Which exports run at a time. Whoever reads slowly, or has several, gives way where others have
// none: a few keys that read a byte now and then would otherwise hold all places.

import type { Clock } from '@tocsin/domain/ports'

/** Why an export is ended for another: a closed set, also a label of a metric. */
export type GivesWay = 'slow' | 'share'

/**
 * Where others wait, the next piece of one of several exports of a key may wait for its client for
 * this part of `export.slowMs`. Not of its only one: a socket takes megabytes at once, and then
 * nothing for up to half a minute on a slow link.
 */
export const slowForOthers = 1 / 6
/**
 * How long one of several exports of a key runs before it may give way, ms: most are over by then.
 */
export const runsAtLeastMs = 30_000

export interface ExportSlotsOptions {
  readonly clock: Pick<Clock, 'monotonicMs'>
  /** Of one key, and in all. */
  readonly each: number
  readonly all: number
  /** How long a client may read nothing where no others wait, ms. */
  readonly slowMs: number
  readonly onGivenWay?: (why: GivesWay) => void
}

/** One export under way. */
export interface ExportSlot {
  readonly keyId: string
  readonly beganMs: number
  /** Since when a piece waits for its client; null: the client waits for the next one. */
  offeredMs: number | null
  pieces: number
  /** Ends the export for another one. */
  giveWay: (why: GivesWay) => void
}

export class ExportSlots {
  readonly #options: ExportSlotsOptions
  readonly #running = new Set<ExportSlot>()

  constructor(options: ExportSlotsOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#running.size
  }

  /**
   * A place for one more; null: the key has as many as it may, or all are taken by those that need
   * not give way.
   */
  begin(keyId: string): ExportSlot | null {
    const { clock, each, all, onGivenWay } = this.#options
    const nowMs = clock.monotonicMs()
    const held = this.#heldBy(keyId)
    if (held >= each) return null
    if (this.#running.size >= all) {
      const found = this.#slowest(nowMs) ?? this.#beyondShare(held, nowMs)
      if (found === null) return null
      this.end(found.slot)
      onGivenWay?.(found.why)
      found.slot.giveWay(found.why)
    }
    const slot: ExportSlot = {
      keyId,
      beganMs: nowMs,
      offeredMs: null,
      pieces: 0,
      giveWay: () => {}
    }
    this.#running.add(slot)
    return slot
  }

  /** A piece waits for its client. */
  offered(slot: ExportSlot): void {
    slot.offeredMs = this.#options.clock.monotonicMs()
  }

  /** Its client has taken it. */
  took(slot: ExportSlot): void {
    slot.offeredMs = null
    slot.pieces += 1
  }

  /** Idempotent. */
  end(slot: ExportSlot): void {
    this.#running.delete(slot)
  }

  #heldBy(keyId: string): number {
    return [...this.#running].filter(slot => slot.keyId === keyId).length
  }

  /**
   * Of keys with several, the one whose client has left its next piece longest, if that is too
   * long.
   */
  #slowest(nowMs: number) {
    const waitedMs = ({ offeredMs }: ExportSlot) => (offeredMs === null ? 0 : nowMs - offeredMs)
    const [slot] = [...this.#running]
      .filter(each => this.#heldBy(each.keyId) > 1)
      .sort((a, b) => waitedMs(b) - waitedMs(a))
    const isSlow = slot !== undefined && waitedMs(slot) >= this.#options.slowMs * slowForOthers
    return isSlow ? { slot, why: 'slow' as const } : null
  }

  /** The least served of a key that has more than whoever asks would have with one more. */
  #beyondShare(held: number, nowMs: number) {
    const rateOf = ({ pieces, beganMs }: ExportSlot) => pieces / (nowMs - beganMs)
    const [slot] = [...this.#running]
      .filter(each => nowMs - each.beganMs >= runsAtLeastMs && this.#heldBy(each.keyId) > held + 1)
      .sort((a, b) => rateOf(a) - rateOf(b))
    return slot === undefined ? null : { slot, why: 'share' as const }
  }
}
