// Log positions of the winning revision of each report. Bodies stay in the incidents log and are
// read for evidence on demand.

import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { type RevisionKey, winsOver } from '@tocsin/contracts/theatre/winning-revision'
import type { Captured, SnapshotPart } from '@tocsin/service/snapshot/snapshot-state'

/**
 * Maximum number of reports stored; beyond that the least recently changed is evicted, and evidence
 * shows it without its text.
 */
export const reportsMax = 1_000_000

export interface ReportPlace {
  readonly partition: number
  readonly position: bigint
  readonly reportedAt: string
  readonly contentHash: string
  readonly isWithdrawn: boolean
}

export class ReportIndex implements SnapshotPart {
  readonly #max: number
  readonly #places = new Map<string, ReportPlace>()
  /**
   * Continues after the entry it last returned. A new iterator would step over all deleted entries
   * to find the first.
   */
  readonly #oldest = this.#places.keys()
  #forgotten = 0
  #changeCount = 0

  constructor(max = reportsMax) {
    this.#max = max
  }

  get count(): number {
    return this.#places.size
  }

  get forgottenCount(): number {
    return this.#forgotten
  }

  /** Changes since the start: while it is the same, so is every place. */
  get changeCount(): number {
    return this.#changeCount
  }

  get(reportId: string): ReportPlace | undefined {
    return this.#places.get(reportId)
  }

  capture(): Captured {
    return { rows: listRows([...this.#places.keys()], [...this.#places.values()]) }
  }

  restore(row: unknown): void {
    const [reportId, partition, position, reportedAt, contentHash, isWithdrawn] = row as PlaceRow
    this.#changeCount++
    this.#places.set(reportId, {
      partition,
      position: BigInt(position),
      reportedAt,
      contentHash,
      isWithdrawn: isWithdrawn === 1
    })
  }

  /** Indexes a record of the incidents log; other records than reports are ignored. */
  apply(partition: number, position: bigint, record: TheatreRecord): void {
    if (record.type === 'report.received') this.received(partition, position, record.data)
    if (record.type === 'report.withdrawn')
      this.#withdrawn(partition, position, record.data.reportId)
  }

  /**
   * The revision that wins (`winsOver`) in any order of arrival, by its first record; a withdrawal
   * beats all.
   */
  received(
    partition: number,
    position: bigint,
    { reportId, reportedAt, contentHash }: RevisionKey & Pick<ReportRevision, 'reportId'>
  ): void {
    const known = this.#places.get(reportId)
    if (known?.isWithdrawn) return
    if (known && !winsOver({ reportedAt, contentHash }, known)) return
    this.#set(reportId, { partition, position, reportedAt, contentHash, isWithdrawn: false })
  }

  #withdrawn(partition: number, position: bigint, reportId: string): void {
    const known = this.#places.get(reportId)
    this.#set(reportId, {
      partition,
      position,
      reportedAt: '',
      contentHash: '',
      ...known,
      isWithdrawn: true
    })
  }

  #set(reportId: string, place: ReportPlace): void {
    this.#changeCount++
    this.#places.delete(reportId)
    this.#places.set(reportId, place)
    if (this.#places.size <= this.#max) return
    this.#places.delete(this.#oldest.next().value as string)
    this.#forgotten++
  }
}

type PlaceRow = readonly [
  reportId: string,
  partition: number,
  position: string,
  reportedAt: string,
  contentHash: string,
  isWithdrawn: 0 | 1
]

function* listRows(
  reportIds: readonly string[],
  places: readonly ReportPlace[]
): Generator<PlaceRow> {
  for (const [i, { partition, position, reportedAt, contentHash, isWithdrawn }] of places.entries())
    yield [
      reportIds[i] as string,
      partition,
      String(position),
      reportedAt,
      contentHash,
      isWithdrawn ? 1 : 0
    ]
}
