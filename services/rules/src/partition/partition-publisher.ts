// Publishing what a partition's folds make, and arbitration. The first record of an id counts: where the log keeps an id more than once, what was written
// is read back, and an owner that finds other content than its own has lost.

import { decodeAlertEvent } from '@tocsin/contracts/record/records'
import { EventLogError } from '@tocsin/event-log/errors'
import type { Appended, NewRecord, StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { readUpTo } from '../theatre/published-alerts.ts'
import type { Ends, PartitionScope } from './partition-scope.ts'

export class PartitionPublisher {
  readonly #scope: PartitionScope
  /** Up to where the alerts and the assembly log are known, by partition. */
  #alertsEnd = new Map<number, bigint>()
  #assemblyEnd = new Map<number, bigint>()
  /** Alerts that were written and not yet found to stand, by id. */
  readonly #unverified = new Map<string, Uint8Array>()
  #verifying: Promise<void> = Promise.resolve()
  #isLost = false

  constructor(scope: PartitionScope) {
    this.#scope = scope
  }

  /** True when the log was found to hold other alerts than were made: the worker must begin anew. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** Resolves when all that was published up to now is read back, or there is no more to be done about it. */
  get readBack(): Promise<void> {
    return this.#verifying
  }

  /** Takes up where the two logs were read to. */
  begin(alertsEnd: Map<number, bigint>, assemblyEnd: Map<number, bigint>): void {
    this.#alertsEnd = alertsEnd
    this.#assemblyEnd = assemblyEnd
  }

  /** Forgets what is not found to stand. */
  end(): void {
    this.#unverified.clear()
  }

  /** A position of the incidents log, and how far the alerts and the assembly log are known now. Where those are divided otherwise: from their beginning. */
  ends(next: bigint): Ends {
    const { partition } = this.#scope
    return { next, alerts: this.#alertsEnd.get(partition) ?? 0n, assembly: this.#assemblyEnd.get(partition) ?? 0n }
  }

  /** Resolves when all is durable; reading back goes on beside. */
  async publish(assembly: readonly NewRecord[], alerts: readonly NewRecord[]): Promise<void> {
    const { log } = this.#scope.options
    if (!log.capabilities.exactIdDedup) {
      for (const { id, value } of alerts) this.#unverified.set(id, value as Uint8Array)
    }
    // Incidents first: an alert's evidence is there when the alert is.
    await Promise.all([
      this.#scope.append(topics.assembly, assembly, written => noteEnds(this.#assemblyEnd, written)),
      this.#scope.append(topics.alerts, alerts, written => this.#verify(written))
    ])
  }

  /**
   * Reads back what stands in the alerts log up to what was just written. The first record of an id counts: where it is not the one that was made here,
   * this owner has lost and begins anew. What others have published ahead of this fold is a fact from now on.
   */
  #verify(written: readonly Appended[]): void {
    if (this.#scope.options.log.capabilities.exactIdDedup) {
      noteEnds(this.#alertsEnd, written)
      return
    }
    const goals = new Map<number, bigint>()
    noteEnds(goals, written)
    const readBack = async () => {
      for (const [partition, goal] of goals) await this.#scope.untilDone(() => this.#readOn(partition, goal))
    }
    this.#verifying = this.#verifying.then(readBack).catch(error => this.#scope.fail(error))
  }

  async #readOn(partition: number, goal: bigint): Promise<void> {
    const from = this.#alertsEnd.get(partition) ?? 0n
    const read = await readUpTo(this.#scope.options.log, topics.alerts, partition, from, goal, stored => {
      this.#compare(stored)
      this.#alertsEnd.set(partition, stored.position + 1n)
    })
    // Written and acknowledged, so it is only a matter of time.
    if (read < goal) throw new EventLogError('log-unavailable', 'what was written can not be read back yet')
    this.#alertsEnd.set(partition, goal)
  }

  #compare({ id, key, value }: StoredRecord): void {
    const theatre = this.#scope.theatres.get(key)
    if (theatre === undefined || value === null || this.#isLost) return
    const made = this.#unverified.get(id)
    this.#unverified.delete(id)
    if (made !== undefined && Buffer.compare(value, made) === 0) return
    const decoded = decodeAlertEvent(value)
    if (decoded.kind !== 'decoded') return
    const { seq } = decoded.record.data
    if (made === undefined) theatre.owner.learn(seq, value)
    else this.#lose(key, seq)
  }

  #lose(theatre: string, seq: number): void {
    this.#isLost = true
    this.#scope.options.observer.conflict(theatre, [seq])
    this.#scope.stop()
  }
}

function noteEnds(ends: Map<number, bigint>, written: readonly Appended[]): void {
  for (const { partition, position } of written) {
    if (position >= (ends.get(partition) ?? 0n)) ends.set(partition, position + 1n)
  }
}
