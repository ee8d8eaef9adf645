// Where the log of one subscription can begin. Its state is written again as a checkpoint: a record
// that begins it, then parts. A fold that has all earlier records skips it. A fold that begins in
// the middle of the log, after a trim, restores its state from it and applies the records since the
// checkpoint began. Of two concurrent checkpoints the one that began last counts.

import type { CheckpointBegunData, CheckpointPartData, DeliveryRecord } from './delivery-record.ts'
import type { StateRow } from './delivery-rows.ts'

interface Begun {
  readonly checkpointId: string
  readonly position: string
  nextPart: number
}

export interface CheckpointRow {
  /**
   * Position in the partition from which the log is enough for this subscription; decimal digits.
   */
  readonly basis: string
  readonly begun: Begun | null
}

/** Replaces all earlier records: the rows, and the records since the checkpoint began. */
export interface Checkpointed {
  readonly rows: readonly StateRow[]
  readonly since: readonly DeliveryRecord[]
}

export class CheckpointFold {
  #basis: bigint
  #begun: Begun | null = null
  /** Stored only while the earlier records are missing. */
  #rows: StateRow[] = []
  #since: DeliveryRecord[] = []
  readonly #isWhole: boolean

  /** `isWhole`: its first record, at this position, is known to be the first there ever was. */
  constructor(first: bigint, isWhole: boolean) {
    this.#basis = first
    this.#isWhole = isWhole
  }

  static restored({ basis, begun }: CheckpointRow): CheckpointFold {
    const made = new CheckpointFold(BigInt(basis), true)
    made.#begun = begun === null ? null : { ...begun }
    return made
  }

  /** Records before this position are not needed for the subscription. */
  get basis(): bigint {
    return this.#basis
  }

  capture(): CheckpointRow {
    return { basis: String(this.#basis), begun: this.#begun === null ? null : { ...this.#begun } }
  }

  begin({ checkpointId }: CheckpointBegunData, position: bigint): void {
    if (this.#begun?.checkpointId === checkpointId) return
    this.#begun = { checkpointId, position: String(position), nextPart: 0 }
    this.#rows = []
    this.#since = []
  }

  /** Any other record of the subscription. */
  pass(record: DeliveryRecord): void {
    if (!this.#isWhole && this.#begun !== null && record.type !== 'delivery.checkpoint')
      this.#since.push(record)
  }

  /**
   * Returns what the state is to be made of, if the checkpoint is whole and the records before it
   * are missing.
   */
  take({ checkpointId, part, isLast, rows }: CheckpointPartData): Checkpointed | null {
    if (this.#begun?.checkpointId !== checkpointId || this.#begun.nextPart !== part) return null
    this.#begun.nextPart++
    if (!this.#isWhole) this.#rows.push(...(rows as readonly StateRow[]))
    if (!isLast) return null
    this.#basis = BigInt(this.#begun.position)
    this.#begun = null
    const checkpointed = { rows: this.#rows, since: this.#since }
    this.#rows = []
    this.#since = []
    return this.#isWhole ? null : checkpointed
  }
}
