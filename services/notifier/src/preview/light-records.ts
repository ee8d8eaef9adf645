// The newest events as previews judge them: without their evidence, kept by position. A preview
// looks at up to 10,000, and reading them whole from the log, each time that somebody moves a
// number of a policy, took most of its time. Blocks that say nothing to a reader are not read for
// that reader: how long a preview takes must not tell how much is hidden.

import { type Handling, handlings } from '@tocsin/domain/report/handling'
import { LRUCache } from 'lru-cache'
import type { AlertRecord } from '../projection/alert-entry.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import type { AlertJournal } from '../projection/alert-journal.ts'
import type { ReadBackwards } from '../projection/journal-backwards.ts'
import type { Positions } from '../projection/positions.ts'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'

/** Records of a block: read, and forgotten, together. */
const blockRecords = 64n
/** More than a preview looks at, and a few MB. */
const blocksMax = 512
/** Blocks of which it is known whom they concern: four million records. */
const readersMax = 65_536

/**
 * The lowest level, as its place in `handlings`, to which any event of a theatre may say something.
 */
type BlockReaders = Map<string, number>

export class LightRecords {
  readonly #journal: () => AlertJournal
  readonly #alerts: Pick<AlertIndex, 'handlingBefore'>
  /** By the epoch, the partition and the first position. */
  readonly #blocks = new LRUCache<string, readonly AlertRecord[]>({
    maxSize: blocksMax,
    sizeCalculation: () => 1
  })
  readonly #readers = new LRUCache<string, BlockReaders>({
    maxSize: readersMax,
    sizeCalculation: () => 1
  })
  /** By epoch and partition: where the events that were noted as they came begin. */
  readonly #notedFrom = new Map<string, bigint>()

  constructor(journal: () => AlertJournal, alerts: Pick<AlertIndex, 'handlingBefore'>) {
    this.#journal = journal
    this.#alerts = alerts
  }

  /** The next event, right after it was folded. In order of its partition. */
  take(record: AlertRecord): void {
    const { partition, position } = record
    const life = `${this.#journal().epoch}/${partition}`
    const from = this.#notedFrom.get(life) ?? position
    this.#notedFrom.set(life, from)
    const first = firstOf(position)
    // Of what came before in its block nothing is known.
    if (from > first) return
    const key = `${life}/${first}`
    const readers: BlockReaders = this.#readers.get(key) ?? new Map()
    this.#readers.set(key, readers)
    this.#add(readers, record)
  }

  /** What may say anything to a reader, and whatever else lies in the same blocks. */
  for(view: ReaderView): ReadBackwards & { readonly end: Positions } {
    const { start, end } = this
    const window = (partition: number, from: bigint, to: bigint) =>
      this.window(partition, from, to, view)
    return { start, end, window }
  }

  get start(): Positions {
    return this.#journal().start
  }

  get end(): Positions {
    return this.#journal().end
  }

  /**
   * As that of the journal; without blocks that are known to say nothing to a reader, if one is
   * given.
   */
  async window(
    partition: number,
    from: bigint,
    to: bigint,
    view?: ReaderView
  ): Promise<AlertRecord[]> {
    const records: AlertRecord[] = []
    for (let first = firstOf(from); first < to; first += blockRecords) {
      if (view !== undefined && !this.#mayConcern(partition, first, view)) continue
      const block = await this.#block(partition, first)
      records.push(...block.filter(({ position }) => position >= from && position < to))
    }
    return records
  }

  #mayConcern(partition: number, first: bigint, view: ReaderView): boolean {
    const { epoch, end } = this.#journal()
    const life = `${epoch}/${partition}`
    const readers = this.#readers.get(`${life}/${first}`)
    const noted = this.#notedFrom.get(life)
    const isNoted = noted !== undefined && noted <= first && first < (end[partition] ?? 0n)
    // Noted from its first position on, and without an entry: none of its events counts.
    if (readers === undefined) return !isNoted
    const level = handlings.indexOf(view.handling)
    return [...readers].some(([theatre, least]) => least <= level && isTheatreInView(view, theatre))
  }

  /** What is not whole yet, or partly gone, is not kept. */
  async #block(partition: number, first: bigint): Promise<readonly AlertRecord[]> {
    const journal = this.#journal()
    const key = `${journal.epoch}/${partition}/${first}`
    const known = this.#blocks.get(key)
    if (known !== undefined) return known
    const next = first + blockRecords
    const [start = 0n, end = 0n] = [journal.start[partition], journal.end[partition]]
    const read = await journal.window(
      partition,
      first < start ? start : first,
      next < end ? next : end
    )
    const block = read.map(lightened)
    if (first >= start && next <= end) {
      this.#blocks.set(key, block)
      const readers: BlockReaders = new Map()
      for (const record of block) this.#add(readers, record)
      this.#readers.set(key, readers)
    }
    return block
  }

  #add(readers: BlockReaders, record: AlertRecord): void {
    const { event } = record
    if (event.type === 'alert.action-refused') return
    const { theatre, alertId, handling, concerns, revision } = event.data
    const before = this.#alerts.handlingBefore(alertId, record)
    const least = Math.min(
      readers.get(theatre) ?? Number.POSITIVE_INFINITY,
      leastOf({ handling, concerns, revision }, before)
    )
    readers.set(theatre, least)
  }
}

/**
 * Whoever saw an alert until now is told that it leaves their view, unless what it was before is
 * not known any more.
 */
function leastOf(
  {
    handling,
    concerns,
    revision
  }: { readonly handling: Handling; readonly concerns: Handling; readonly revision: number },
  before: Handling | null
): number {
  const own = Math.max(handlings.indexOf(handling), handlings.indexOf(concerns))
  if (before === null) return revision === 1 ? own : 0
  const was = handlings.indexOf(before)
  return was < handlings.indexOf(handling) ? Math.min(own, was) : own
}

function firstOf(position: bigint): bigint {
  return position - (position % blockRecords)
}

/** The journal keeps its own: nothing of it is changed. */
function lightened(record: AlertRecord): AlertRecord {
  const { event } = record
  if (event.type === 'alert.action-refused') return record
  return { ...record, event: { ...event, data: { ...event.data, evidence: [] } } }
}
