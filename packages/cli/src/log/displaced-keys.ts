// Keys outside the partition that murmur2 gives: the result of adding partitions to a topic, or of
// foreign writers.

import { assignPartition } from '@tocsin/event-log/partitioner'
import type { StoredRecord } from '@tocsin/event-log/port'
import { recordFaultsMax, type VerifyFault } from './log-commands.ts'

/** A key in a partition where it does not belong. */
interface Displaced {
  readonly where: string
  readonly key: string
  readonly belongs: number
  readonly count: number
  records: number
}

export class DisplacedKeys {
  readonly #found = new Map<string, Displaced>()
  omitted = 0

  /** `count`: current partitions of the record's topic. */
  take({ topic, partition, position, key }: StoredRecord, count: number): void {
    const belongs = assignPartition(topic, key, count)
    if (belongs === partition) return
    const name = `${topic}/${partition}/${key}`
    const known = this.#found.get(name)
    if (known !== undefined) known.records++
    else if (this.#found.size >= recordFaultsMax) this.omitted++
    else
      this.#found.set(name, {
        where: `${topic}/${partition}/${position}`,
        key,
        belongs,
        count,
        records: 1
      })
  }

  faults(): readonly VerifyFault[] {
    return [...this.#found.values()].map(({ where, key, belongs, count, records }) => ({
      kind: 'key-displaced',
      where,
      detail: `the key ${key} belongs in partition ${belongs} of ${count}: ${records} of its records are here`
    }))
  }
}
