// Marks of a copy in the target's control log: a first record that it was begun, and a last one
// that it is complete, with the mapping of old positions to new ones. Between the two nothing may
// run on the target.

import { digest } from '@tocsin/contracts/json/digest'
import { decodeControlRecord, encodeRecord } from '@tocsin/contracts/record/records'
import type { ControlPayload, CopiedTopic } from '@tocsin/domain/control/control-record'
import type { Clock } from '@tocsin/domain/ports'
import type { EventLog, StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'

interface Epochs {
  readonly from: string
  readonly to: string
}

export class CopyMark {
  readonly #epochs: Epochs
  readonly #clock: Clock

  private constructor(epochs: Epochs, clock: Clock) {
    this.#epochs = epochs
    this.#clock = clock
  }

  static async between(from: EventLog, to: EventLog, clock: Clock): Promise<CopyMark> {
    return new CopyMark(
      { from: await from.epoch(topics.control), to: await to.epoch(topics.control) },
      clock
    )
  }

  get isOneLog(): boolean {
    return this.#epochs.from === this.#epochs.to
  }

  /** The ids are the same for every run of one copy. */
  get beginId(): string {
    return digest('copy-begun', this.#epochs.from, this.#epochs.to)
  }

  get endId(): string {
    return digest('log-copied', this.#epochs.from, this.#epochs.to)
  }

  begin(): StoredRecord {
    return this.#record(this.beginId, { type: 'copy.begun', data: this.#epochs })
  }

  end(mapping: readonly CopiedTopic[]): StoredRecord {
    return this.#record(this.endId, { type: 'log.copied', data: { topics: mapping } })
  }

  /** The target's first record: `this` copy was begun into it, `another` one, or `none`. */
  async begunInto(to: EventLog): Promise<'this' | 'another' | 'none'> {
    const [control] = await to.state(topics.control)
    if (control === undefined || control.start === control.end) return 'none'
    const { records } = await to.read(topics.control, 0, control.start, {
      recordsMax: 1,
      bytesMax: 1
    })
    const decoded = decodeControlRecord(records[0]?.value ?? new Uint8Array())
    if (
      decoded.kind !== 'decoded' ||
      decoded.record.type !== 'copy.begun' ||
      decoded.record.data.to !== this.#epochs.to
    )
      return 'none'
    return decoded.record.data.from === this.#epochs.from ? 'this' : 'another'
  }

  #record(id: string, payload: ControlPayload): StoredRecord {
    const time = new Date(this.#clock.nowMs()).toISOString()
    const value = encodeRecord({ id, source: '/tocsin/cli', time, cause: null }, payload)
    return { topic: topics.control, partition: 0, position: 0n, id, key: 'control', value }
  }
}
