// Folds records of a partition's theatres, and keeps what is to be published of them. Several of
// one theatre go together, but for those that cannot be read or set the time.
// Source: decision 0108.

import type { UndecodableReason } from '@tocsin/contracts/record/envelope'
import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import { readReportHead } from '@tocsin/contracts/report/report-head'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { NewRecord, StoredRecord } from '@tocsin/event-log/port'
import { quarantineRecord } from '@tocsin/event-log/quarantine'
import { activeTracing, noteSpan } from '@tocsin/service-kit/telemetry/tracing'
import { EngineOwner } from '../theatre/engine-owner.ts'
import type { OwnerOutput, TimeSetRecord } from '../theatre/owner.ts'
import { TheatreFacts } from '../theatre/published-events.ts'
import { foldAgain } from './fold-again.ts'
import type { PartitionPublisher } from './partition-publisher.ts'
import { endsWith, type HeldTheatre, type PartitionScope } from './partition-scope.ts'

/** The output of some records that are folded and then published together. */
export interface FoldedPart {
  readonly assembly: NewRecord[]
  readonly alerts: NewRecord[]
  /** True while it holds backfill records only. */
  isOldNews: boolean
}

export const newPart = (): FoldedPart => ({ assembly: [], alerts: [], isOldNews: true })

/** A record of the log, as it is stored and as it reads. */
interface ReadRecord<Record extends TheatreRecord = TheatreRecord> {
  readonly stored: StoredRecord
  readonly record: Record
}

/** So many records of a theatre were folded in this time. */
type Spent = (theatre: string, ms: number, records: number) => void

const isAlone = ({ type }: TheatreRecord): boolean => type === 'clock.set'

export class PartitionFolding {
  readonly #scope: PartitionScope
  readonly #publisher: PartitionPublisher
  readonly #spent: Spent

  constructor(scope: PartitionScope, publisher: PartitionPublisher, spent: Spent) {
    this.#scope = scope
    this.#publisher = publisher
    this.#spent = spent
  }

  /**
   * Folds records of one theatre in their order: together, but for those that need more than a
   * fold.
   */
  async fold(records: readonly StoredRecord[], part: FoldedPart): Promise<void> {
    let together: ReadRecord[] = []
    for (const stored of records) {
      if (this.#scope.stoppedTheatres.has(stored.key) || stored.value === null) continue
      const theatre = this.#theatreOf(stored)
      if (stored.position < theatre.from) continue
      const head = readReportHead(stored.value)
      if (head?.lane !== 'backfill') part.isOldNews = false
      const decoded = decodeTheatreRecord(stored.value)
      if (decoded.kind === 'decoded' && !isAlone(decoded.record)) {
        together.push({ stored, record: decoded.record })
        continue
      }
      this.#foldTogether(theatre, together, part)
      together = []
      if (decoded.kind === 'undecodable') await this.#setAside(stored, decoded.reason)
      else if (decoded.kind === 'newer') this.#stopTheatre(stored, decoded.type)
      else await this.#foldTime({ stored, record: decoded.record as TimeSetRecord }, theatre, part)
      if (this.#scope.isStopping) return
    }
    const [first] = together
    if (first !== undefined) this.#foldTogether(this.#theatreOf(first.stored), together, part)
  }

  #foldTogether(theatre: HeldTheatre, together: readonly ReadRecord[], part: FoldedPart): void {
    if (together.length === 0) return
    const beganMs = this.#scope.options.clock.monotonicMs()
    const outputs = theatre.owner.takeAll(together.map(({ record }) => record))
    const stored = together.map(one => one.stored)
    this.#folded(theatre, stored, outputs, beganMs)
    this.#noteSpans(theatre, together, outputs, beganMs)
    this.#keep(theatre, outputs, part)
  }

  #noteSpans(
    { owner }: HeldTheatre,
    together: readonly ReadRecord[],
    outputs: readonly OwnerOutput[],
    beganMs: number
  ): void {
    if (activeTracing() === null) return
    const agoMs = this.#scope.options.clock.monotonicMs() - beganMs
    for (const [i, { record }] of together.entries()) {
      const attributes = {
        'tocsin.theatre': owner.theatre,
        'tocsin.record': record.type,
        'tocsin.alerts': outputs[i]?.events.length ?? 0
      }
      noteSpan('fold', record.traceparent, { kind: 'consumer', agoMs, attributes })
    }
  }

  /**
   * Folds an officer's record that sets the time: if it was wrong, all of the theatre's records are
   * folded again.
   */
  async #foldTime(
    one: ReadRecord<TimeSetRecord>,
    theatre: HeldTheatre,
    part: FoldedPart
  ): Promise<void> {
    if (!theatre.owner.setsBack(one.record)) return this.#foldTogether(theatre, [one], part)
    const output = await this.#setBack(one.stored, theatre, one.record)
    if (output === null) return
    this.#taken(theatre, one.stored)
    this.#keep(theatre, [output], part)
  }

  /**
   * Tells what records of a theatre have cost that were folded together: each has its share of the
   * time.
   */
  #folded(
    theatre: HeldTheatre,
    records: readonly StoredRecord[],
    outputs: readonly OwnerOutput[],
    beganMs: number
  ): void {
    const { clock, observer } = this.#scope.options
    const tookMs = clock.monotonicMs() - beganMs
    theatre.foldedMsSinceSnapshot += tookMs
    this.#spent(theatre.owner.theatre, tookMs, records.length)
    for (const output of outputs) observer.folded(tookMs / 1000 / records.length, output)
    for (const stored of records) this.#taken(theatre, stored)
  }

  /**
   * The time was wrong: refolds the theatre's records with the right one. Null if the worker stops
   * meanwhile.
   */
  async #setBack(
    { position }: StoredRecord,
    { owner }: HeldTheatre,
    record: TimeSetRecord
  ): Promise<OwnerOutput | null> {
    const again = await foldAgain(this.#scope, owner, position, record)
    if (again === null) return null
    this.#scope.options.observer.timeSet(owner.theatre, record.data)
    return owner.takeAgain(again, record)
  }

  #taken(theatre: HeldTheatre, { position }: StoredRecord): void {
    theatre.recordsSinceSnapshot += 1
    theatre.next = position + 1n
  }

  /** Keeps what is to be published. */
  #keep(
    { owner }: HeldTheatre,
    outputs: readonly OwnerOutput[],
    { assembly, alerts }: FoldedPart
  ): void {
    for (const output of outputs) {
      if (output.conflicts.length > 0)
        this.#scope.options.observer.conflict(owner.theatre, output.conflicts)
      assembly.push(...output.incidents)
      alerts.push(...output.alerts)
    }
  }

  /**
   * Quarantines undecodable bytes. Done here and not by a retry of the page, which would fold its
   * earlier records twice.
   */
  async #setAside(stored: StoredRecord, reason: UndecodableReason): Promise<void> {
    const { log, clock, observer } = this.#scope.options
    await this.#scope.untilDone(() =>
      quarantineRecord(log, stored, reason, new Date(clock.nowMs()).toISOString())
    )
    observer.quarantined(stored, reason)
  }

  #stopTheatre({ topic, partition, position, key }: StoredRecord, type: string): void {
    const why = `${topic}/${partition}/${position} is ${type}, newer than this version knows`
    this.#scope.stoppedTheatres.set(key, why)
    this.#scope.options.observer.stopped(key, why)
  }

  #theatreOf({ key, position }: StoredRecord): HeldTheatre {
    const known = this.#scope.theatres.get(key)
    if (known) return known
    const facts = this.#scope.unmet.get(key) ?? new TheatreFacts()
    this.#scope.unmet.delete(key)
    const theatre: HeldTheatre = {
      owner: new EngineOwner(key, facts, null),
      from: position,
      next: position,
      recordsSinceSnapshot: 0,
      foldedMsSinceSnapshot: 0,
      written: null,
      takenAt: position,
      snapshots: [],
      held: endsWith(this.#publisher.ends(position), facts.beginning)
    }
    this.#scope.theatres.set(key, theatre)
    return theatre
  }
}
