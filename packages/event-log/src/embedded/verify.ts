// Verifies a log from end to end and reports each fault with its place: the WAL, the structure of
// the file, every record's checksum and position, the index of keys. Values are
// not interpreted: the caller gets each record (see the command `log verify`).

import type { PartitionState, StoredRecord } from '../port.ts'
import { cleanupOf, type Topic } from '../topics.ts'
import {
  checkDatabaseIsThere,
  type EndMark,
  findMissing,
  readEndMark
} from './checkpoint/end-mark.ts'
import { checkPlainFiles } from './checkpoint/log-file-check.ts'
import { scanWal } from './checkpoint/wal-scan.ts'
import { logFile } from './embedded-log.ts'
import { LogReader } from './log-reader.ts'
import { slotSpan } from './store/schema.ts'

const faultKinds = [
  'unreadable',
  'wal-damaged',
  'structure',
  'record-corrupt',
  'position-gap',
  'index-mismatch',
  'end-missing'
] as const
export type FaultKind = (typeof faultKinds)[number]

export interface Fault {
  readonly kind: FaultKind
  /** `topic/partition/position`, or the file. */
  readonly where: string
  readonly detail: string
}

export interface VerifyOptions {
  /** Called with the range of a partition, before its records. */
  readonly onPartition?: (topic: Topic, state: PartitionState) => void
  /** Called with every intact record, in order of the partition. */
  readonly onRecord?: (record: StoredRecord) => void
  /** Progress: records checked so far, the total, and the place. */
  readonly onProgress?: (done: number, total: number, where: string) => void
}

export interface Verification {
  readonly records: number
  /**
   * In the order in which they were found; at most `faultsMax`, the rest is counted by
   * `faultsOmitted`.
   */
  readonly faults: readonly Fault[]
  readonly faultsOmitted: number
}

const faultsMax = 200
const limits = { recordsMax: 1000, bytesMax: 8 * 1024 * 1024 }

/**
 * Verifies the log of a data folder without disturbing a running suite. Always resolves; the result
 * is in `faults`.
 */
export async function verifyEmbeddedLog(
  dataDir: string,
  options: VerifyOptions = {}
): Promise<Verification> {
  const found = new Faults()
  const file = logFile(dataDir)
  let reader: LogReader
  let mark: EndMark | null
  try {
    checkPlainFiles(file)
    checkDatabaseIsThere(file)
    // Before the log is read: a running suite may write on.
    mark = readEndMark(file)
    const wal = scanWal(file)
    if (wal.kind === 'header-damaged')
      found.add('wal-damaged', `${file}-wal`, 'its header is damaged: nothing in it can be read')
    if (wal.kind === 'damaged')
      found.add(
        'wal-damaged',
        `${file}-wal`,
        `frame ${wal.frame} is damaged, ${wal.behind} acknowledged frames follow it`
      )
    reader = new LogReader(dataDir)
  } catch (error) {
    found.add('unreadable', file, getMessage(error))
    return found.result(0)
  }
  try {
    for (const fault of reader.findStructureFaults()) found.add('structure', file, fault)
    if (mark !== null && mark.epoch === reader.identity.epoch) {
      const missing = findMissing(mark.ends, topic => readStates(reader, topic, found))
      if (missing !== null) found.add('end-missing', file, missing)
    }
    return found.result(await verifyTopics(reader, found, options))
  } catch (error) {
    found.add('unreadable', file, getMessage(error))
    return found.result(0)
  } finally {
    reader.close()
  }
}

async function verifyTopics(
  reader: LogReader,
  found: Faults,
  options: VerifyOptions
): Promise<number> {
  const bounds = reader.topics().map(topic => ({ topic, states: readStates(reader, topic, found) }))
  const total = bounds.flatMap(b => b.states).reduce((sum, s) => sum + Number(s.end - s.start), 0)
  let done = 0
  for (const { topic, states } of bounds) {
    const index = new KeyIndexCheck(reader, topic, found)
    for (const { partition, start, end } of states) {
      options.onPartition?.(topic, { partition, start, end })
      const walk = new PartitionWalk(reader, topic, partition, Number(start), Number(end), found)
      for (const records of walk.pages()) {
        for (const record of records) {
          index.check(record)
          options.onRecord?.(record)
        }
        done += records.length
        options.onProgress?.(done, total, topic)
        // Yields to the event loop: a long check must not block the progress display.
        await new Promise(resolve => setImmediate(resolve))
      }
    }
  }
  options.onProgress?.(total, total, 'done')
  return done
}

function readStates(reader: LogReader, topic: Topic, found: Faults) {
  try {
    return reader.state(topic)
  } catch (error) {
    found.add('record-corrupt', topic, getMessage(error))
    return []
  }
}

/** Reads a partition to its end, past any damage, and reports each damage once. */
class PartitionWalk {
  readonly #reader: LogReader
  readonly #topic: Topic
  readonly #partition: number
  readonly #end: number
  readonly #found: Faults
  #at: number

  constructor(
    reader: LogReader,
    topic: Topic,
    partition: number,
    start: number,
    end: number,
    found: Faults
  ) {
    this.#reader = reader
    this.#topic = topic
    this.#partition = partition
    this.#at = start
    this.#end = end
    this.#found = found
  }

  *pages(): Iterable<readonly StoredRecord[]> {
    while (this.#at < this.#end) {
      const records = this.#next()
      if (records.length === 0) continue
      this.#checkGaps(records)
      this.#at = Number(records.at(-1)!.position) + 1
      yield records
    }
  }

  #next(): readonly StoredRecord[] {
    try {
      const records = this.#reader.read(this.#topic, this.#partition, this.#at, this.#end, limits)
      if (records.length > 0) return records
      this.#found.add(
        'position-gap',
        this.#position(this.#at),
        `there is no record, but the partition ends at ${this.#end}`
      )
      this.#at = this.#end
    } catch (error) {
      this.#found.add('record-corrupt', this.#position(this.#at), getMessage(error))
      this.#at++
    }
    return []
  }

  #checkGaps(records: readonly StoredRecord[]): void {
    if (cleanupOf[this.#topic] === 'compacted') return
    for (const [i, record] of records.entries())
      if (Number(record.position) !== this.#at + i)
        this.#found.add(
          'position-gap',
          this.#position(this.#at + i),
          `position ${record.position} is stored here`
        )
  }

  #position(position: number): string {
    return `${this.#topic}/${this.#partition}/${position}`
  }
}

/**
 * On a compacted topic, the index of keys must name the last record of each key: another record
 * would be replaced instead.
 */
class KeyIndexCheck {
  readonly #topic: Topic
  readonly #found: Faults
  readonly #slotOf: ((key: string) => number | undefined) | null
  #isReadable = true

  constructor(reader: LogReader, topic: Topic, found: Faults) {
    this.#topic = topic
    this.#found = found
    this.#slotOf = reader.getKeySlots(topic)
  }

  check({ key, partition, position }: StoredRecord): void {
    if (this.#slotOf === null || !this.#isReadable) return
    try {
      const slot = this.#slotOf(key)
      // A running suite may have replaced it meanwhile: the index can be ahead, never behind.
      if (slot === undefined || slot < partition * slotSpan + Number(position))
        this.#found.add(
          'index-mismatch',
          `${this.#topic}/${partition}/${position}`,
          `the index of keys does not name it as the last record of ${key}`
        )
    } catch (error) {
      // An unreadable index is one fault, not one per record.
      this.#isReadable = false
      const detail = `the index of keys cannot be read: ${getMessage(error)}`
      this.#found.add('index-mismatch', this.#topic, detail)
    }
  }
}

class Faults {
  readonly #faults: Fault[] = []
  #omitted = 0

  add(kind: FaultKind, where: string, detail: string): void {
    if (this.#faults.length < faultsMax) this.#faults.push({ kind, where, detail })
    else this.#omitted++
  }

  result(records: number): Verification {
    return { records, faults: this.#faults, faultsOmitted: this.#omitted }
  }
}

function getMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
