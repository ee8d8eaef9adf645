// `log inspect` and `log verify`: the content of a data folder's log and its integrity, as plain
// data and as text. Read-only: a suite may be running on the folder. Options and exit codes are in
// log-command.ts.

import { decodeEnvelope } from '@tocsin/contracts/record/envelope'
import { decodeQuarantined } from '@tocsin/contracts/record/records'
import { LogReader } from '@tocsin/event-log/embedded/log-reader'
import { type FaultKind, verifyEmbeddedLog } from '@tocsin/event-log/embedded/verify'
import { EventLogError } from '@tocsin/event-log/errors'
import { FirstOfEach } from '@tocsin/event-log/first-of-each'
import type { PartitionState, StoredRecord } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { type ExitCode, exitCodes } from '../terminal/output.ts'
import { formatTable } from '../terminal/table.ts'
import { AlertChains } from './alert-chains.ts'

export interface PartitionInspection {
  readonly topic: string
  readonly partition: number
  /** First retained position, and the first not yet written; decimal digits. */
  readonly start: string
  readonly end: string
  /** Null if the log does not provide it; likewise the times. */
  readonly bytes: number | null
  /** ISO 8601: when the first and the last retained record were written. */
  readonly firstWrittenAt: string | null
  readonly lastWrittenAt: string | null
}

export interface ConsumerInspection {
  readonly consumer: string
  readonly topic: string
  /** Next position per partition; decimal digits. */
  readonly positions: readonly string[]
  /** Records not yet processed; on a compacted topic an upper bound. */
  readonly lag: number
}

export type LogInspection =
  | {
      readonly kind: 'log'
      /** The data folder, or the log's location. */
      readonly dataDir: string
      readonly epoch: string
      readonly partitions: readonly PartitionInspection[]
      readonly consumers: readonly ConsumerInspection[]
    }
  | {
      readonly kind: 'unreadable'
      readonly dataDir: string
      readonly code: string
      readonly detail: string
    }

/** The content of a data folder's log. If it can't be read, resolves with the reason. */
export async function inspectLog(dataDir: string): Promise<LogInspection> {
  let reader: LogReader | null = null
  try {
    reader = new LogReader(dataDir)
    const log = reader
    const partitions = log
      .topics()
      .flatMap(topic => log.state(topic).map(state => inspectPartition(log, topic, state)))
    return {
      kind: 'log',
      dataDir,
      epoch: log.identity.epoch,
      partitions,
      consumers: inspectConsumers(log)
    }
  } catch (error) {
    if (!(error instanceof EventLogError)) throw error
    return { kind: 'unreadable', dataDir, code: error.code, detail: error.message }
  } finally {
    reader?.close()
  }
}

function inspectPartition(
  reader: LogReader,
  topic: Parameters<LogReader['state']>[0],
  state: { readonly partition: number; readonly start: bigint; readonly end: bigint }
): PartitionInspection {
  const { bytes, firstWrittenMs, lastWrittenMs } = reader.figures(topic, state.partition)
  return {
    topic,
    partition: state.partition,
    start: String(state.start),
    end: String(state.end),
    bytes,
    firstWrittenAt: isoTime(firstWrittenMs),
    lastWrittenAt: isoTime(lastWrittenMs)
  }
}

function inspectConsumers(reader: LogReader): readonly ConsumerInspection[] {
  return reader.consumers().map(({ consumer, cursor }) => {
    const ends = reader.state(cursor.topic).map(s => s.end)
    const lag = cursor.positions.reduce(
      (sum, position, p) => sum + Number((ends[p] ?? position) - position),
      0
    )
    return { consumer, topic: cursor.topic, positions: cursor.positions.map(String), lag }
  })
}

/** The inspection as text. Pure. */
export function renderInspection(inspection: LogInspection): string {
  if (inspection.kind === 'unreadable')
    return `${inspection.dataDir}: ${inspection.code}: ${inspection.detail}`
  const rows = inspection.partitions.map(p => [
    p.topic,
    String(p.partition),
    p.start,
    p.end,
    p.bytes === null ? '-' : String(p.bytes),
    p.firstWrittenAt ?? '',
    p.lastWrittenAt ?? ''
  ])
  const consumers = inspection.consumers.map(c => [
    c.consumer,
    c.topic,
    c.positions.join(','),
    String(c.lag)
  ])
  return [
    `log of ${inspection.dataDir}, epoch ${inspection.epoch}`,
    '',
    ...formatTable(
      ['topic', 'partition', 'start', 'end', 'bytes', 'first written', 'last written'],
      rows
    ),
    '',
    ...formatTable(['consumer', 'topic', 'positions', 'lag'], consumers)
  ].join('\n')
}

/** Kinds of record faults other than corrupt bytes. */
export type RecordFaultKind = 'undecodable' | 'alert-chain' | 'key-displaced'

export interface VerifyFault {
  readonly kind: FaultKind | RecordFaultKind
  readonly where: string
  readonly detail: string
}

export interface LogVerification {
  readonly dataDir: string
  readonly whole: boolean
  readonly records: number
  /**
   * Undecodable records listed in quarantine, which every reader skips, so not a fault; once the
   * oldest quarantine entries were removed, all undecodable ones, since their listing can't be
   * checked any more.
   */
  readonly setAside: number
  /** Records with an id that their partition has already: readers use the first. */
  readonly repeated: number
  readonly faults: readonly VerifyFault[]
  readonly faultsOmitted: number
}

/** Content faults listed; further ones are counted. */
export const recordFaultsMax = 200

/**
 * Checks the log of a data folder completely: checksums, positions, the index of keys, the envelope
 * of every record, and the seqs and hashes of alerts. Resolves also with faults.
 */
export async function verifyLog(
  dataDir: string,
  onProgress: (done: number, total: number, where: string) => void = () => {}
): Promise<LogVerification> {
  const contents = new ContentCheck()
  const { records, faults, faultsOmitted } = await verifyEmbeddedLog(dataDir, {
    onPartition: (topic, state) => contents.begin(topic, state),
    onRecord: r => contents.take(r),
    onProgress
  })
  const all = [...faults, ...contents.faultsNotSetAside()]
  return {
    dataDir,
    whole: all.length === 0,
    records,
    setAside: contents.setAside,
    repeated: contents.repeated,
    faults: all,
    faultsOmitted: faultsOmitted + contents.omitted
  }
}

/** The verification as text. Pure. */
export function renderVerification(verification: LogVerification): string {
  const { dataDir, records, setAside, repeated, faults, faultsOmitted, whole } = verification
  const lines = faults.map(fault => `${fault.kind}  ${fault.where}: ${fault.detail}`)
  if (faultsOmitted > 0) lines.push(`and ${faultsOmitted} more`)
  if (setAside > 0)
    lines.push(`${setAside} undecodable records are in quarantine, or were until they expired`)
  if (repeated > 0) lines.push(`${repeated} duplicate records: readers use the first`)
  return [
    ...lines,
    `${dataDir}: ${records} records read, ${whole ? 'the log is intact' : `${faults.length + faultsOmitted} faults`}`
  ].join('\n')
}

/** The exit code for a verification. Pure. */
export function computeExitCode(found: LogInspection | LogVerification): ExitCode {
  const good = 'whole' in found ? found.whole : found.kind === 'log'
  return good ? exitCodes.good : exitCodes.refused
}

/** Ids of a partition remembered to count repeated records: some 50 MB, then the older half is evicted. */
const verifiedIdsMax = 500_000

/** Checks the content of records as they arrive, partition by partition. */
export class ContentCheck {
  readonly #faults: VerifyFault[] = []
  readonly #quarantined = new Set<string>()
  /** Of the present partition. */
  #ids = new FirstOfEach()
  #isTrimmed = false
  omitted = 0
  setAside = 0
  repeated = 0
  readonly #chains = new AlertChains()

  /** Called for each partition before its records. */
  begin(topic: Topic, { start }: PartitionState): void {
    this.#ids = new FirstOfEach(verifiedIdsMax)
    if (topic === topics.quarantine && start > 0n) this.#isTrimmed = true
  }

  take(record: StoredRecord): void {
    if (!this.#ids.isFirst(record.id)) {
      this.repeated++
      return
    }
    // An erased key has no value.
    if (record.value === null) return
    if (record.topic === topics.quarantine) this.#noteQuarantined(record.value)
    const decoded = decodeEnvelope(record.value)
    if (decoded.kind === 'undecodable') this.#fault('undecodable', record, decoded.reason)
    else if (record.topic === topics.alerts)
      for (const { kind, detail } of this.#chains.take(record.key, record.value))
        this.#fault(kind, record, detail)
  }

  /** Called at the end, when the content of quarantine is known. */
  faultsNotSetAside(): readonly VerifyFault[] {
    const left = this.#faults.filter(
      fault =>
        fault.kind !== 'undecodable' || !(this.#isTrimmed || this.#quarantined.has(fault.where))
    )
    this.setAside = this.#faults.length - left.length
    return left
  }

  #noteQuarantined(value: Uint8Array): void {
    const decoded = decodeQuarantined(value)
    if (decoded.kind !== 'decoded') return
    const { topic, partition, position } = decoded.record
    this.#quarantined.add(`${topic}/${partition}/${position}`)
  }

  #fault(
    kind: RecordFaultKind,
    { topic, partition, position }: StoredRecord,
    detail: string
  ): void {
    if (this.#faults.length >= recordFaultsMax) this.omitted++
    else this.#faults.push({ kind, where: `${topic}/${partition}/${position}`, detail })
  }
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
