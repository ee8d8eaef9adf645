// The state of an alert after one of its events. The evidence is decoded from its bytes on demand:
// of years of alerts most is never requested.

import { readEvidenceBytes } from '@tocsin/contracts/record/alert-outline'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import type { AlertState, EvidenceItem } from '@tocsin/domain/alert/alert'
import { type Handling, maySee } from '@tocsin/domain/report/handling'
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

  /** The evidence as it is held. */
  get evidence(): HeldEvidence {
    return new HeldEvidence(
      this.#outline,
      this.#dataLength > 0 ? this.#held.subarray(0, this.#dataLength) : null
    )
  }
}

/** Evidence that may still be bytes. */
export class HeldEvidence {
  readonly #outline: AlertState
  readonly #bytes: Buffer | null

  constructor(outline: AlertState, dataBytes: Uint8Array | null) {
    this.#outline = outline
    this.#bytes = dataBytes === null ? null : readEvidenceBytes(dataBytes)
  }

  /**
   * Whether readers of a level below `restricted` see the same items in both: revisions of
   * incidents are hidden from them.
   */
  looksLike(other: HeldEvidence, level: Handling): boolean {
    const [a, b] = [this.#bytes, other.#bytes]
    if (a !== null && b !== null && a.equals(b)) return true
    if (a === null && b === null && this.#outline.evidence === other.#outline.evidence) return true
    const [one, two] = [this.#visibleAt(level), other.#visibleAt(level)]
    return (
      one.length === two.length && one.every((item, i) => isSameItem(item, two[i] as EvidenceItem))
    )
  }

  #visibleAt(level: Handling): readonly EvidenceItem[] {
    const bytes = this.#bytes
    const items =
      bytes === null
        ? this.#outline.evidence
        : (JSON.parse(`[${bytes.toString()}]`) as EvidenceItem[])
    return items.filter(item => maySee(level, item.handling))
  }
}

function isSameItem(a: EvidenceItem, b: EvidenceItem): boolean {
  return a.incidentId === b.incidentId && a.role === b.role && a.handling === b.handling
}
