// The owner of one theatre: folds its records and shapes what comes of them for the log. What was published before is compared, not published
// again: the first record at a seq wins.

import { digest, sha256Hex } from '@tocsin/contracts/json/digest'
import { encodeRecord, engineVersion } from '@tocsin/contracts/record/records'
import type { ReportHead } from '@tocsin/contracts/report/report-head'
import type { AlertEvent } from '@tocsin/domain/alert/alert'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { FoldOutput } from '@tocsin/domain/theatre/fold-output'
import { TheatreFold } from '@tocsin/domain/theatre/theatre-fold'
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
  /** Records that are folded before another engine's last word is passed. */
  readonly #othersUntil: Set<string>
  readonly #begun: { readonly seq: number; readonly hash: string; readonly incidentSeq: number }

  constructor(theatre: string, facts: PublishedFacts, state: OwnerState | null) {
    this.#fold = state?.fold ?? new TheatreFold(theatre, digest)
    this.#previousHash = state?.previousHash ?? chainStart
    this.#facts = facts
    this.#othersUntil = new Set(Object.values(facts.others.causes).filter(cause => cause !== null))
    this.#begun = { seq: this.#fold.alertSeq, hash: this.#previousHash, incidentSeq: this.#fold.incidentSeq }
    if (this.#othersUntil.size === 0 || state === null) return
    // What a snapshot holds was published before what the facts tell of.
    const { alerts, incidents } = this.#fold.published
    for (const [id, alert] of alerts) if (!facts.others.alerts.has(id)) facts.others.alerts.set(id, alert)
    for (const [id, incident] of incidents) if (!facts.others.incidents.has(id)) facts.others.incidents.set(id, incident)
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
    if (lane !== 'backfill' || !this.fold.passBeyond(recordId, reportId, occurred)) return null
    this.#pass(recordId)
    return beyond
  }

  /** Folds one record. What must still be appended comes back, in order; nothing is written here. */
  take(record: TheatreRecord): OwnerOutput {
    // What another engine has told of cannot lie behind this one's mark, unless they took turns: then the last word counts here.
    if (record.type === 'engine.changed' && record.data.engine === engineVersion) this.#pass(...this.#othersUntil)
    const output = this.#shaped(this.fold.apply(record), record)
    this.#pass(record.id)
    return output
  }

  /** Goes on with a fold of the same records with another time, at the officer's word that said so. */
  takeAgain(again: TheatreFold, record: TheatreRecord & { readonly type: 'clock.set' }): OwnerOutput {
    const output = again.succeed(this.#fold, record)
    this.#fold = again
    const shaped = this.#shaped(output, record)
    this.#pass(record.id)
    return shaped
  }

  /** True until another engine's last word is passed, and what this one sees otherwise is told: no state before that is one to go on from. */
  get hasToTell(): boolean {
    return this.#othersUntil.size > 0 || this.fold.alerts.hasAdopted
  }

  /**
   * Behind the last record of which another engine has told, numbers and alerts go on from what it has published: that is a fact, whatever this one has said
   * of the same records. What it sees otherwise goes out with the mark of this engine.
   */
  #pass(...recordIds: readonly string[]): void {
    const isWaited = recordIds.filter(id => this.#othersUntil.delete(id)).length > 0
    if (!isWaited || this.#othersUntil.size > 0) return
    const { others } = this.#facts
    const { alerts, incidents } = others
    const { seq, hash } = others.seq > 0 ? others : this.#begun
    this.#previousHash = hash
    const incidentSeq = Math.max(others.incidentSeq, this.#begun.incidentSeq)
    this.fold.goOnBehind({ alerts: new Map(alerts), seq, incidents: new Map(incidents), incidentSeq })
    alerts.clear()
    incidents.clear()
  }

  #shaped(output: FoldOutput, record: TheatreRecord): OwnerOutput {
    const isOld = this.#othersUntil.size > 0
    const incidents = output.incidents
      .filter(event => event.data.seq > this.#facts.lastIncidentSeq && !isOld)
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
      if (event.data.seq > this.#facts.lastSeq && !isOld) alerts.push(made)
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
