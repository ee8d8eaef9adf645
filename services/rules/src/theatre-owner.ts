// The owner of one theatre: folds its records and shapes what comes of them for the log. What was published before is compared, not published
// again: the first record at a seq wins.

import { digest, sha256Hex } from '@tocsin/contracts/digest'
import { encodeRecord, engineVersion } from '@tocsin/contracts/records'
import type { ReportHead } from '@tocsin/contracts/report-head'
import type { AlertEvent } from '@tocsin/domain/alert'
import type { FoldOutput } from '@tocsin/domain/fold-output'
import { TheatreFold } from '@tocsin/domain/theatre-fold'
import type { TheatreRecord } from '@tocsin/domain/theatre-record'
import type { NewRecord } from '@tocsin/event-log/port'
import type { PublishedFacts } from './published-alerts.ts'

const source = '/tocsin/rules'
/** What the first record of a theatre's chain names as the one before it. */
export const chainStart = '0'.repeat(64)

/** What an owner goes on from. */
export interface OwnerState {
  readonly fold: TheatreFold
  readonly previousHash: string
}

export interface OwnerOutput {
  readonly alerts: readonly NewRecord[]
  readonly incidents: readonly NewRecord[]
  readonly events: readonly AlertEvent[]
  /** Seqs at which the log holds other content than this fold makes. */
  readonly conflicts: readonly number[]
  readonly ignored: string | null
}

const beyond: OwnerOutput = { alerts: [], incidents: [], events: [], conflicts: [], ignored: 'beyond-window' }

export class TheatreOwner {
  #fold: TheatreFold
  readonly #facts: PublishedFacts
  #previousHash: string

  constructor(theatre: string, facts: PublishedFacts, state: OwnerState | null) {
    this.#fold = state?.fold ?? new TheatreFold(theatre, digest)
    this.#previousHash = state?.previousHash ?? chainStart
    this.#facts = facts
  }

  get fold(): TheatreFold {
    return this.#fold
  }

  get previousHash(): string {
    return this.#previousHash
  }

  /** True while the log holds alerts that this fold has still to come to: somebody else was further. */
  get isBehind(): boolean {
    return this.#facts.lastSeq > this.fold.alertSeq
  }

  /** Somebody has published a seq that this fold has not come to: it is a fact from now on. */
  learn(seq: number, value: Uint8Array): void {
    if (seq <= this.fold.alertSeq || this.#facts.hashes.has(seq)) return
    this.#facts.hashes.set(seq, sha256Hex(value))
    this.#facts.lastSeq = Math.max(this.#facts.lastSeq, seq)
  }

  /** What comes of a record that is known by its head alone: nothing, where it lies beyond the window; null where it must be read. */
  takeHead(recordId: string, { lane, reportId, occurred }: ReportHead): OwnerOutput | null {
    // Live reports are seldom so old.
    return lane === 'backfill' && this.fold.passBeyond(recordId, reportId, occurred) ? beyond : null
  }

  /** Folds one record. What must still be appended comes back, in order; nothing is written here. */
  take(record: TheatreRecord): OwnerOutput {
    if (record.type === 'engine.changed' && record.data.engine === engineVersion) this.#goOnBehindOthers()
    return this.#shaped(this.fold.apply(record), record)
  }

  /** Goes on with a fold of the same records with another time, at the officer's word that said so. */
  takeAgain(again: TheatreFold, record: TheatreRecord & { readonly type: 'clock.set' }): OwnerOutput {
    const output = again.succeed(this.#fold, record)
    this.#fold = again
    return this.#shaped(output, record)
  }

  /**
   * From the mark of this engine on, numbers go on behind all that another engine has published: this one may have said less until here, and what it says
   * next must not be taken for what stands there.
   */
  #goOnBehindOthers(): void {
    const { seq, hash, incidentSeq } = this.#facts.others
    if (this.fold.alertSeq < seq) this.#previousHash = hash
    this.fold.goOnBehind(seq, incidentSeq)
  }

  #shaped(output: FoldOutput, record: TheatreRecord): OwnerOutput {
    const incidents = output.incidents
      .filter(event => event.data.seq > this.#facts.lastIncidentSeq)
      .map(event => this.#toRecord('incident', event, record, {}))
    const alerts: NewRecord[] = []
    const conflicts: number[] = []
    for (const event of output.alerts) {
      const made = this.#toRecord('alert', event, record, { previoushash: this.#previousHash })
      const hash = sha256Hex(made.value as Uint8Array)
      const fact = this.#facts.hashes.get(event.data.seq)
      this.#facts.hashes.delete(event.data.seq)
      const isOfOther = event.data.seq <= this.#facts.others.seq
      if (fact !== undefined && fact !== hash && !isOfOther) conflicts.push(event.data.seq)
      // A published record is a fact: the chain goes on from it, whatever this fold would have said.
      this.#previousHash = fact ?? hash
      if (event.data.seq > this.#facts.lastSeq) alerts.push(made)
    }
    return { alerts, incidents, events: output.alerts, conflicts, ignored: output.ignored }
  }

  #toRecord(
    kind: 'alert' | 'incident',
    event: { readonly type: string; readonly data: { readonly seq: number } },
    record: TheatreRecord,
    chain: { previoushash?: string }
  ): NewRecord {
    const theatre = this.fold.id
    const id = digest(kind, theatre, String(event.data.seq))
    return {
      id,
      key: theatre,
      value: encodeRecord({ id, source, time: record.time, cause: record.id, theatre, ...chain }, event)
    }
  }
}
