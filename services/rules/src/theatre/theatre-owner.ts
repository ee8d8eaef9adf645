// The owner of one theatre: folds its records and turns the output into records for the log. What
// was already published is compared, not published again: the first record at a seq wins.

import { digest, hashSha256Hex } from '@tocsin/contracts/json/digest'
import { decodeAlertRecord, encodeEvent, engineVersion } from '@tocsin/contracts/record/records'
import type { ReportHead } from '@tocsin/contracts/report/report-head'
import type { AlertEvent, RecordedAlert } from '@tocsin/domain/alert/alert'
import { EvidenceByAlert } from '@tocsin/domain/evidence/known-evidence'
import type { IncidentEvent } from '@tocsin/domain/incident/incident-event'
import type { TheatreConfig, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { FoldOutput } from '@tocsin/domain/theatre/fold-output'
import { TheatreFold } from '@tocsin/domain/theatre/theatre-fold'
import type { NewRecord, StoredRecord } from '@tocsin/event-log/port'
import type { FoldAgain, Owner, OwnerOutput, PublishedPositions, TimeSetRecord } from './owner.ts'
import type { PublishedFacts } from './published-alerts.ts'
import { packRows } from './snapshot-store.ts'

const source = '/tocsin/rules'
/** The previous hash of the first record of a theatre's chain. */
export const chainStart = '0'.repeat(64)

/** The state that an owner continues from. */
export interface OwnerState {
  readonly fold: TheatreFold
  readonly previousHash: string
}

export interface DomainOutput extends OwnerOutput {
  readonly events: readonly AlertEvent[]
}

const beyond: DomainOutput = {
  alerts: [],
  incidents: [],
  events: [],
  conflicts: [],
  ignored: 'beyond-window'
}

export class TheatreOwner implements Owner {
  readonly engine = null
  #fold: TheatreFold
  readonly #facts: PublishedFacts
  /**
   * What the next event of each alert is the difference from: what its last one states, by
   * whichever engine.
   */
  readonly #evidence = new EvidenceByAlert()
  #previousHash: string
  /** Records still to be folded before what another engine published is behind this fold. */
  readonly #othersUntil: Set<string>
  /** Those of them that lie further on in the log. */
  #ahead: ReadonlySet<string> = new Set()
  #learned = 0
  readonly #begun: { readonly seq: number; readonly hash: string; readonly incidentSeq: number }

  constructor(theatre: string, facts: PublishedFacts, state: OwnerState | null) {
    this.#fold = state?.fold ?? new TheatreFold(theatre, digest)
    this.#previousHash = state?.previousHash ?? chainStart
    this.#facts = facts
    this.#othersUntil = new Set(Object.values(facts.others.causes).filter(cause => cause !== null))
    for (const { state: alert } of this.#fold.alerts.entries) this.#evidence.set(alert)
    this.#begun = {
      seq: this.#fold.alertSeq,
      hash: this.#previousHash,
      incidentSeq: this.#fold.incidentSeq
    }
    if (this.#othersUntil.size === 0 || state === null) return
    // Published events in the snapshot are older than the facts.
    const { alerts, incidents } = this.#fold.published
    for (const [id, alert] of alerts)
      if (!facts.others.alerts.has(id)) facts.others.alerts.set(id, alert)
    for (const [id, incident] of incidents)
      if (!facts.others.incidents.has(id)) facts.others.incidents.set(id, incident)
  }

  get fold(): TheatreFold {
    return this.#fold
  }

  get theatre(): string {
    return this.fold.id
  }

  get now(): string | null {
    return this.fold.now
  }

  get config(): TheatreConfig | null {
    return this.fold.config
  }

  get markedEngine(): string | null {
    return this.fold.engine
  }

  get timeSetBy(): string | null {
    return this.fold.timeSetBy
  }

  get isEmpty(): boolean {
    return this.fold.isEmpty
  }

  get reportCount(): number {
    return this.fold.reportCount
  }

  get chain(): Owner['chain'] {
    return { seq: this.fold.alertSeq, previousHash: this.previousHash }
  }

  hasApplied(recordId: string): boolean {
    return this.fold.hasApplied(recordId)
  }

  findNextDeadlineMs(): number | null {
    return this.fold.nextDeadlineMs()
  }

  setsBack(record: TimeSetRecord): boolean {
    return this.fold.setsBack(record)
  }

  beginAgain(record: TimeSetRecord): TheatreFold {
    return TheatreFold.again(this.fold.id, digest, record)
  }

  capture(): Iterable<Buffer> {
    return packRows(this.fold.capture())
  }

  get previousHash(): string {
    return this.#previousHash
  }

  /**
   * Where what was published beyond this fold begins: after a start, until the fold has reached it
   * again, and while another owner is further ahead. Of incidents the last counts.
   */
  get unreached(): PublishedPositions {
    const { alerts, lastIncidentSeq, lastIncidentAt } = this.#facts
    let first: bigint | null = null
    for (const [seq, { position }] of alerts) {
      if (seq > this.fold.alertSeq) {
        first = position
        break
      }
      // Passed by numbers that continue from another engine's.
      alerts.delete(seq)
    }
    return {
      alerts: first,
      assembly: lastIncidentSeq > this.fold.incidentSeq ? lastIncidentAt : null
    }
  }

  /** Takes a published seq that this fold has not reached as a fact. */
  learn({ value, position }: StoredRecord): void {
    const decoded = decodeAlertRecord(value as Uint8Array)
    if (decoded.kind !== 'decoded') return
    const { seq } = decoded.record.data
    if (seq <= this.fold.alertSeq || this.#facts.alerts.has(seq)) return
    this.#facts.alerts.set(seq, { hash: hashSha256Hex(value as Uint8Array), position })
    this.#facts.lastSeq = Math.max(this.#facts.lastSeq, seq)
    this.#learned += 1
  }

  /** Number of facts learned since the start: other owners have published beyond this fold. */
  get learned(): number {
    return this.#learned
  }

  /**
   * The output for a record known only by its head: empty if it lies beyond the window; null if the
   * record must be read.
   */
  takeHead(recordId: string, { lane, reportId, occurred }: ReportHead): DomainOutput | null {
    // Live reports are rarely that old.
    if (lane !== 'backfill' || !this.fold.passBeyond(recordId, reportId, occurred)) return null
    this.#pass(recordId)
    return beyond
  }

  /** Records of which other engines told last, and which this fold has not met. */
  get awaited(): ReadonlySet<string> {
    return this.#othersUntil
  }

  /**
   * What this engine's mark would go on from: the engine that folded last, and how much is
   * published.
   */
  get markParts(): readonly string[] {
    const { lastSeq, lastIncidentSeq } = this.#facts
    const [seq, incidentSeq] = [
      Math.max(lastSeq, this.fold.alertSeq),
      Math.max(lastIncidentSeq, this.fold.incidentSeq)
    ]
    return [this.fold.engine ?? '', String(seq), String(incidentSeq)]
  }

  /**
   * Before this engine's mark is taken: which of the awaited records lie further on in the log.
   * Another engine had its turn after the mark then, which does not end what that one has
   * published.
   */
  expect(ahead: ReadonlySet<string>): void {
    this.#ahead = ahead
  }

  /**
   * Folds one record. What must still be appended comes back, in order; nothing is written here.
   */
  take(record: TheatreRecord): DomainOutput {
    // An awaited record that lies nowhere ahead was folded before the state that this owner began
    // with.
    if (isOwnMark(record)) this.#pass(...[...this.#othersUntil].filter(id => !this.#ahead.has(id)))
    const output = this.#shaped(this.fold.apply(record), record)
    this.#dropEvidence()
    this.#pass(record.id)
    return output
  }

  /** The outputs of `take` for some records in order, in less time where they are many. */
  takeAll(records: readonly TheatreRecord[]): DomainOutput[] {
    // After the last record that another engine has told of the fold goes on from what that one
    // published, before the next.
    if (this.#othersUntil.size > 0) return records.map(record => this.take(record))
    const outputs = this.fold
      .applyAll(records)
      .map((output, i) => this.#shaped(output, records[i] as TheatreRecord))
    this.#dropEvidence()
    return outputs
  }

  /**
   * Continues with a fold of the same records with another time, at the officer's record that set
   * it.
   */
  takeAgain(fold: FoldAgain, record: TimeSetRecord): DomainOutput {
    const again = fold as TheatreFold
    const output = again.succeed(this.#fold, record)
    this.#fold = again
    const shaped = this.#shaped(output, record)
    this.#dropEvidence()
    this.#pass(record.id)
    return shaped
  }

  /**
   * True until another engine's last output is reached and the differences are published: no
   * earlier state may be saved.
   */
  get hasToTell(): boolean {
    return this.#othersUntil.size > 0 || this.fold.alerts.hasAdopted
  }

  /**
   * After the last record for which another engine has published, numbers and alerts continue from
   * what it published, whatever this engine computed for the same records. Differences are
   * published with this engine's mark.
   */
  #pass(...recordIds: readonly string[]): void {
    const isWaited = recordIds.filter(id => this.#othersUntil.delete(id)).length > 0
    if (!isWaited || this.#othersUntil.size > 0) return
    const { others } = this.#facts
    const { alerts, incidents } = others
    const { seq, hash } = others.seq > 0 ? others : this.#begun
    this.#previousHash = hash
    const incidentSeq = Math.max(others.incidentSeq, this.#begun.incidentSeq)
    for (const { state } of alerts.values()) this.#evidence.set(state)
    this.fold.goOnBehind({
      alerts: new Map(alerts),
      seq,
      incidents: new Map(incidents),
      incidentSeq
    })
    alerts.clear()
    incidents.clear()
  }

  #shaped(output: FoldOutput, record: TheatreRecord): DomainOutput {
    const isOld = this.#othersUntil.size > 0
    const incidents = output.incidents
      .filter(event => event.data.seq > this.#facts.lastIncidentSeq && !isOld)
      .map(event => this.#toRecord('incident', event, record, {}))
    const alerts: NewRecord[] = []
    const conflicts: number[] = []
    for (const event of output.alerts) {
      const recorded = this.#evidence.record(event)
      const made = this.#toRecord('alert', recorded, record, { previoushash: this.#previousHash })
      const hash = hashSha256Hex(made.value as Uint8Array)
      const fact = this.#facts.alerts.get(event.data.seq)?.hash
      this.#facts.alerts.delete(event.data.seq)
      const isOfOther = event.data.seq <= this.#facts.others.seq
      if (fact !== undefined && fact !== hash && !isOfOther) conflicts.push(event.data.seq)
      // A published record is a fact: the chain continues from it, whatever this fold computed.
      this.#previousHash = fact ?? hash
      if (event.data.seq > this.#facts.lastSeq && !isOld) alerts.push(made)
    }
    return { alerts, incidents, events: output.alerts, conflicts, ignored: output.ignored }
  }

  /**
   * Drops the evidence of alerts that the fold has forgotten, once all that it said of them is
   * recorded.
   */
  #dropEvidence(): void {
    // Alerts that another engine published and this one does not see end with this engine's mark.
    if (!this.hasToTell)
      this.#evidence.keepOnly(this.fold.alerts.size, id => this.fold.alerts.find(id) !== undefined)
  }

  #toRecord(
    kind: 'alert' | 'incident',
    event: RecordedAlert | IncidentEvent,
    record: TheatreRecord,
    chain: { previoushash?: string }
  ): NewRecord {
    const theatre = this.fold.id
    const id = digest(kind, theatre, String(event.data.seq))
    const { time, traceparent } = record
    const trace = traceparent === undefined ? {} : { traceparent }
    return {
      id,
      key: theatre,
      value: encodeEvent({ id, source, time, cause: record.id, theatre, ...chain, ...trace }, event)
    }
  }
}

/** True for the record that says that this engine folds from here on. */
export function isOwnMark(record: TheatreRecord): boolean {
  return record.type === 'engine.changed' && record.data.engine === engineVersion
}
