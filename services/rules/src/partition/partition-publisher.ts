// Publishes what a partition's folds produce, and arbitrates between owners. The first record of an
// id counts: what was written is read back, and an owner that finds content other than its own has
// lost the partition.

import { readAlertId } from '@tocsin/contracts/record/alert-event-v3'
import { EventLogError } from '@tocsin/event-log/errors'
import type { NewRecord, RecordPosition, StoredRecord } from '@tocsin/event-log/port'
import { readUpTo } from '@tocsin/event-log/read-up-to'
import { topics } from '@tocsin/event-log/topics'
import type { Ends, PartitionScope } from './partition-scope.ts'

export class PartitionPublisher {
  readonly #scope: PartitionScope
  /** By partition, the positions up to which the alerts and assembly logs are known. */
  #alertsEnd = new Map<number, bigint>()
  #assemblyEnd = new Map<number, bigint>()
  /** Alerts that were written but not yet read back, by id. */
  readonly #unverified = new Map<string, Uint8Array>()
  #verifying: Promise<void> = Promise.resolve()
  #isLost = false

  constructor(scope: PartitionScope) {
    this.#scope = scope
  }

  /**
   * True once alerts that differ from those made here were found in the log: the worker must start
   * again.
   */
  get isLost(): boolean {
    return this.#isLost
  }

  /** Resolves when everything published so far is read back, or reading back was given up. */
  get readBack(): Promise<void> {
    return this.#verifying
  }

  /** Sets the positions up to which the two logs were read. */
  begin(alertsEnd: Map<number, bigint>, assemblyEnd: Map<number, bigint>): void {
    this.#alertsEnd = alertsEnd
    this.#assemblyEnd = assemblyEnd
  }

  /** Discards what was not read back. */
  end(): void {
    this.#unverified.clear()
  }

  /**
   * A position of the incidents log, with the known ends of the alerts and assembly logs. Logs with
   * a different number of partitions start from 0.
   */
  ends(next: bigint): Ends {
    const { partition } = this.#scope
    return {
      next,
      alerts: this.#alertsEnd.get(partition) ?? 0n,
      assembly: this.#assemblyEnd.get(partition) ?? 0n
    }
  }

  /** Resolves when everything is durable; reading back continues afterwards. */
  async publish(assembly: readonly NewRecord[], alerts: readonly NewRecord[]): Promise<void> {
    const { log } = this.#scope.options
    if (log.capabilities.sharedRoles) {
      for (const { id, value } of alerts) this.#unverified.set(id, value as Uint8Array)
    }
    const incidents = this.#scope.append(topics.assembly, assembly, written =>
      noteEnds(this.#assemblyEnd, written)
    )
    // Incidents first: a rendered alert names incidents. A log of one process writes calls in
    // order.
    if (log.capabilities.sharedRoles) await incidents
    await Promise.all([
      incidents,
      this.#scope.append(topics.alerts, alerts, written => this.#verify(written))
    ])
  }

  /**
   * Reads the alerts log up to what was just written, if there may be another owner. The first
   * record of an id counts: if it is
   * not the one made here, this owner has lost and starts again. What others have published ahead
   * of this fold is taken as a fact.
   */
  #verify(written: readonly RecordPosition[]): void {
    if (!this.#scope.options.log.capabilities.sharedRoles) {
      noteEnds(this.#alertsEnd, written)
      return
    }
    const goals = new Map<number, bigint>()
    noteEnds(goals, written)
    const readBack = async () => {
      for (const [partition, goal] of goals)
        await this.#scope.untilDone(() => this.#readOn(partition, goal))
    }
    this.#verifying = this.#verifying.then(readBack).catch(error => this.#scope.fail(error))
  }

  async #readOn(partition: number, goal: bigint): Promise<void> {
    const from = this.#alertsEnd.get(partition) ?? 0n
    const read = await readUpTo(
      this.#scope.options.log,
      { topic: topics.alerts, partition, from, to: goal },
      stored => {
        this.#compare(stored)
        this.#alertsEnd.set(partition, stored.position + 1n)
      }
    )
    // The write was acknowledged, so the records will become readable.
    if (read < goal)
      throw new EventLogError('log-unavailable', 'written records cannot be read back yet')
    this.#alertsEnd.set(partition, goal)
  }

  #compare(stored: StoredRecord): void {
    const { id, key, value } = stored
    const theatre = this.#scope.theatres.get(key)
    if (theatre === undefined || value === null || this.#isLost) return
    const made = this.#unverified.get(id)
    this.#unverified.delete(id)
    if (made !== undefined && Buffer.compare(value, made) === 0) return
    if (made === undefined) theatre.owner.learn(stored)
    else this.#lose(key, readAlertId(id, key).seq)
  }

  #lose(theatre: string, seq: number): void {
    this.#isLost = true
    this.#scope.options.observer.conflict(theatre, [seq])
    this.#scope.stop()
  }
}

function noteEnds(ends: Map<number, bigint>, written: readonly RecordPosition[]): void {
  for (const { partition, position } of written) {
    if (position >= (ends.get(partition) ?? 0n)) ends.set(partition, position + 1n)
  }
}
