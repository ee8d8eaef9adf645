// The newest events as previews judge them: without their evidence, kept by position. A preview looks at up to 10,000, and
// reading them whole from the log, each time that somebody moves a number of a policy, took most of its time.

import { LRUCache } from 'lru-cache'
import type { AlertRecord } from '../projection/alert-entry.ts'
import type { AlertJournal } from '../projection/alert-journal.ts'
import type { Positions } from '../projection/positions.ts'

/** Records of a block: read, and forgotten, together. */
const blockRecords = 64n
/** More than a preview looks at, and a few MB. */
const blocksMax = 512

export class LightRecords {
  readonly #journal: () => AlertJournal
  /** By the epoch, the partition and the first position. */
  readonly #blocks = new LRUCache<string, readonly AlertRecord[]>({ max: blocksMax })

  constructor(journal: () => AlertJournal) {
    this.#journal = journal
  }

  get start(): Positions {
    return this.#journal().start
  }

  get end(): Positions {
    return this.#journal().end
  }

  /** As that of the journal. */
  async window(partition: number, from: bigint, to: bigint): Promise<AlertRecord[]> {
    const records: AlertRecord[] = []
    for (let first = from - (from % blockRecords); first < to; first += blockRecords) {
      const block = await this.#block(partition, first)
      records.push(...block.filter(({ position }) => position >= from && position < to))
    }
    return records
  }

  /** What is not whole yet, or partly gone, is not kept. */
  async #block(partition: number, first: bigint): Promise<readonly AlertRecord[]> {
    const journal = this.#journal()
    const key = `${journal.epoch}/${partition}/${first}`
    const known = this.#blocks.get(key)
    if (known !== undefined) return known
    const next = first + blockRecords
    const [start = 0n, end = 0n] = [journal.start[partition], journal.end[partition]]
    const read = await journal.window(partition, first < start ? start : first, next < end ? next : end)
    const block = read.map(lightened)
    if (first >= start && next <= end) this.#blocks.set(key, block)
    return block
  }
}

/** The journal keeps its own: nothing of it is changed. */
function lightened(record: AlertRecord): AlertRecord {
  const { event } = record
  if (event.type === 'alert.action-refused') return record
  return { ...record, event: { ...event, data: { ...event.data, evidence: [] } } }
}
