// The state of an alert after one of its events. The evidence is decoded from its bytes on demand:
// of years of alerts most is never requested.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { foldedHeadline } from './folded-headline.ts'

/** From the envelope of the event that produced a state. */
export type EventHead = Pick<Envelope, 'id' | 'type' | 'time' | 'cause'>

const nothingHeld = Buffer.alloc(0)
/** Spare bytes, so that a slightly longer text fits in place. */
const heldRoomBytes = 256

export class HeldState {
  last: EventHead
  #outline: AlertState
  /** Of the whole state, at the beginning of the held bytes; none if the outline is complete. */
  #dataLength = 0
  #held = nothingHeld
  /** Null: not asked for yet. */
  #folded: string | null = null

  constructor(state: AlertState, last: EventHead) {
    this.#outline = state
    this.last = last
  }

  /** The state, possibly without its evidence: enough to evaluate filters. */
  get outline(): AlertState {
    return this.#outline
  }

  /** Its headline as words are sought in it. */
  get foldedHeadline(): string {
    this.#folded ??= foldedHeadline(this.#outline.headline)
    return this.#folded
  }

  /** The whole state, without holding its evidence decoded from now on. */
  get copied(): AlertState {
    return this.#dataLength === 0
      ? this.#outline
      : (JSON.parse(this.#held.toString('utf8', 0, this.#dataLength)) as AlertState)
  }

  get state(): AlertState {
    if (this.#dataLength > 0) {
      this.#outline = JSON.parse(this.#held.toString('utf8', 0, this.#dataLength)) as AlertState
      this.#dataLength = 0
      this.#held = nothingHeld
    }
    return this.#outline
  }

  /** `dataBytes`: the whole state, if `state` lacks the evidence. */
  hold(state: AlertState, dataBytes: Uint8Array | null, last: EventHead): void {
    this.last = last
    if (state.headline !== this.#outline.headline) this.#folded = null
    this.#outline = state
    this.#dataLength = dataBytes?.length ?? 0
    if (dataBytes === null) {
      this.#held = nothingHeld
      return
    }
    // A copy: a view would keep the whole page in memory. Successive states of an alert reuse the
    // buffer.
    if (this.#held.length < dataBytes.length)
      this.#held = Buffer.allocUnsafeSlow(dataBytes.length + heldRoomBytes)
    this.#held.set(dataBytes)
  }
}
