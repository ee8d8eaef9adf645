// Marks of a copy in the target's control log: a first record that it was begun, and a last one
// that it is complete, with the mapping of old positions to new ones. Between the two nothing may
// run on the target.

import { digest } from '@tocsin/contracts/json/digest'
import type { ControlPayload, CopiedTopic } from '@tocsin/contracts/record/control-record'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { Clock } from '@tocsin/domain/ports'
import type { EventLog, NewRecord } from '@tocsin/event-log/port'
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

  begin(): NewRecord {
    return this.#record('copy-begun', { type: 'copy.begun', data: this.#epochs })
  }

  end(mapping: readonly CopiedTopic[]): NewRecord {
    return this.#record('log-copied', { type: 'log.copied', data: { topics: mapping } })
  }

  #record(name: string, payload: ControlPayload): NewRecord {
    const id = digest(name, this.#epochs.from, this.#epochs.to)
    const time = new Date(this.#clock.nowMs()).toISOString()
    const value = encodeRecord({ id, source: '/tocsin/cli', time, cause: null }, payload)
    return { id, key: 'control', value }
  }
}
