// Folds records of a partition's theatres, and collects the output to publish. Source: decision
// 0108.

import type { UndecodableReason } from '@tocsin/contracts/record/envelope'
import { decodeTheatreRecord } from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { NewRecord, StoredRecord } from '@tocsin/event-log/port'
import { quarantineRecord } from '@tocsin/event-log/quarantine'
import { activeTracing, noteSpan } from '@tocsin/service/telemetry/tracing'
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
  /** True while it has backfill records only. */
  isOldNews: boolean
}

export const newPart = (): FoldedPart => ({ assembly: [], alerts: [], isOldNews: true })

/** So many records of a theatre were folded in this time. */
type Spent = (theatre: string, ms: number, records: number) => void

function isBackfill(record: TheatreRecord): boolean {
  return record.type === 'report.received' && record.data.lane === 'backfill'
}

function setsBack({ owner }: HeldTheatre, record: TheatreRecord): boolean {
  return record.type === 'clock.set' && owner.setsBack(record)
}

export class PartitionFolding {
  readonly #scope: PartitionScope
  readonly #publisher: PartitionPublisher
  readonly #spent: Spent

  constructor(scope: PartitionScope, publisher: PartitionPublisher, spent: Spent) {
    this.#scope = scope
    this.#publisher = publisher
    this.#spent = spent
  }

  /** Folds records of a theatre in their order. */
  async fold(records: readonly StoredRecord[], part: FoldedPart): Promise<void> {
    for (const stored of records) {
      if (this.#scope.stoppedTheatres.has(stored.key) || stored.value === null) continue
      const theatre = this.#findTheatre(stored)
      if (stored.position < theatre.from) continue
      const decoded = decodeTheatreRecord(stored.value)
      if (decoded.kind !== 'decoded' || !isBackfill(decoded.record)) part.isOldNews = false
      if (decoded.kind === 'decoded' && !setsBack(theatre, decoded.record)) {
        this.#foldRecord(theatre, stored, decoded.record, part)
        continue
      }
      if (decoded.kind === 'undecodable') await this.#setAside(stored, decoded.reason)
      else if (decoded.kind === 'newer') this.#stopTheatre(stored, decoded.type)
      else await this.#foldAgain(theatre, stored, decoded.record as TimeSetRecord, part)
      if (this.#scope.isStopping) return
    }
  }

  #foldRecord(
    theatre: HeldTheatre,
    stored: StoredRecord,
    record: TheatreRecord,
    part: FoldedPart
  ): void {
    const { clock, observer } = this.#scope.options
    const { owner } = theatre
    const beganMs = clock.monotonicMs()
    const output = owner.take(record)
    const tookMs = clock.monotonicMs() - beganMs
    theatre.foldedMsSinceSnapshot += tookMs
    this.#spent(owner.theatre, tookMs, 1)
    observer.folded(tookMs / 1000, output)
    this.#taken(theatre, stored)
    if (activeTracing() !== null) {
      const attributes = {
        'tocsin.theatre': owner.theatre,
        'tocsin.record': record.type,
        'tocsin.alerts': output.events.length
      }
      noteSpan('fold', record.traceparent, { kind: 'CONSUMER', agoMs: tookMs, attributes })
    }
    this.#keep(theatre, output, part)
  }

  /** An officer sets a wrong time right: all of the theatre's records are folded again. */
  async #foldAgain(
    theatre: HeldTheatre,
    stored: StoredRecord,
    record: TimeSetRecord,
    part: FoldedPart
  ): Promise<void> {
    const output = await this.#setBack(stored, theatre, record)
    if (output === null) return
    this.#taken(theatre, stored)
    this.#keep(theatre, output, part)
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
  #keep({ owner }: HeldTheatre, output: OwnerOutput, { assembly, alerts }: FoldedPart): void {
    if (output.conflicts.length > 0)
      this.#scope.options.observer.conflict(owner.theatre, output.conflicts)
    assembly.push(...output.incidents)
    alerts.push(...output.alerts)
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

  #findTheatre({ key, position }: StoredRecord): HeldTheatre {
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
