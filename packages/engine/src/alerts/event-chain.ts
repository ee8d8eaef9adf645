// Writes alert events as records: numbered, and each with the hash of the record before, so that a
// gap or a changed record is found.

import { hashSha256Base64url } from '@tocsin/contracts/json/digest'
import {
  type AlertChange,
  type AlertEnvelope,
  type AlertEvent3,
  firstHash,
  formatAlertRecord
} from '@tocsin/contracts/record/alert-event-v3'
import type { Handling } from '../data/vocabulary.ts'
import type { ChangeDraft } from './change-draft.ts'

/** The record that caused an event: an event has its time and its trace. */
export interface Cause {
  readonly id: string
  readonly time: string
  readonly traceparent?: string
}

export interface ChainOptions {
  readonly theatre: string
  /** Handling level of the fold: its readers may see reports up to it. */
  readonly fold: Handling
  readonly engine: string
  readonly write: (record: string, envelope: AlertEnvelope, event: AlertEvent3) => void
}

export class EventChain {
  seq = 0
  previous = firstHash
  readonly options: ChainOptions

  constructor(options: ChainOptions) {
    this.options = options
  }

  /** Publishes a change: adds `fold` and `seq`. */
  publish(name: string, draft: ChangeDraft, cause: Cause): void {
    draft.fold = this.options.fold
    draft.seq = this.seq + 1
    this.write({ type: `alert.${name}`, data: draft as AlertChange } as AlertEvent3, cause)
  }

  /** The first event of a fold that continues the chain of another. */
  begin(cause: Cause): void {
    const data = { fold: this.options.fold, seq: this.seq + 1 }
    this.write({ type: 'alert.fold-began', data }, cause)
  }

  write(event: AlertEvent3, { id: cause, time, traceparent }: Cause): void {
    const { theatre, fold, engine, write } = this.options
    this.seq += 1
    const id = `${theatre}:${fold}:${this.seq}`
    const envelope = { cause, engine, id, previoushash: this.previous, theatre, time, traceparent }
    const record = formatAlertRecord(envelope, event)
    this.previous = hashSha256Base64url(record)
    write(record, envelope, event)
  }
}
