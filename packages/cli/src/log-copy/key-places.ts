// Whether each key of a source lies in the partition its partitioner gives. Adding partitions to a
// topic moves keys, and the records of one key may then have two orders.

import { partitionIn } from '@tocsin/event-log/partitioner'
import type { StoredRecord } from '@tocsin/event-log/port'
import type { Topic } from '@tocsin/event-log/topics'
import { CopyRefusedError } from './copy-types.ts'
import { placeOf } from './record-reader.ts'

export class KeyPlaces {
  readonly #topic: Topic
  readonly #count: number
  readonly #mayMove: boolean
  /** The partition in which each key was seen; some 100 bytes of memory per key. */
  readonly #met = new Map<string, number>()

  /**
   * `mayMove`: keys may lie in any one partition. Otherwise they must lie where the partitioner
   * puts them among `count`.
   */
  constructor(topic: Topic, count: number, mayMove: boolean) {
    this.#topic = topic
    this.#count = count
    this.#mayMove = mayMove
  }

  /** Throws CopyRefusedError for a record whose order within its key is unknown or may be lost. */
  check(record: StoredRecord): void {
    const { key, partition } = record
    const met = this.#met.get(key)
    if (met === partition) return
    if (met !== undefined)
      throw new CopyRefusedError(
        'keys-displaced',
        `the key ${key} is in partitions ${met} and ${partition} of ${this.#topic}: the order of its records is unknown`
      )
    const belongs = partitionIn(this.#topic, key, this.#count)
    if (!this.#mayMove && belongs !== partition)
      throw new CopyRefusedError(
        'keys-displaced',
        `${placeOf(record)}: its key ${key} belongs in partition ${belongs} of ${this.#count}. Partitions were added to the topic: give --partitions N, the original number, and an empty target`
      )
    this.#met.set(key, partition)
  }
}
