// Keys that do not lie in the partition that murmur2 gives: what is left when partitions are added to a topic, or when somebody else writes to it.

import { partitionIn } from '@tocsin/event-log/partitioner'
import type { StoredRecord } from '@tocsin/event-log/port'
import { recordFaultsMax, type VerifyFault } from './log-commands.ts'

/** One key in one partition where it does not belong. */
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

  /** `count`: partitions of the record's topic now. */
  take({ topic, partition, position, key }: StoredRecord, count: number): void {
    const belongs = partitionIn(topic, key, count)
    if (belongs === partition) return
    const name = `${topic}/${partition}/${key}`
    const known = this.#found.get(name)
    if (known !== undefined) known.records++
    else if (this.#found.size >= recordFaultsMax) this.omitted++
    else this.#found.set(name, { where: `${topic}/${partition}/${position}`, key, belongs, count, records: 1 })
  }

  faults(): readonly VerifyFault[] {
    return [...this.#found.values()].map(({ where, key, belongs, count, records }) => ({
      kind: 'key-displaced',
      where,
      detail: `the key ${key} belongs in partition ${belongs} of ${count}: ${records} of its records stand here`
    }))
  }
}
