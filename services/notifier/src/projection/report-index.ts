// Where the winning revision of each report stands in the incidents log. Bodies stay in the log and are read when someone asks for evidence.

import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { ReportRevision } from '@tocsin/domain/report/report'

/** Reports that are remembered; beyond that the one longest untouched is forgotten, and evidence shows it without its text. */
export const reportsMax = 1_000_000

export interface ReportPlace {
  readonly partition: number
  readonly position: bigint
  readonly reportedAt: string
  readonly contentHash: string
  readonly isWithdrawn: boolean
}

export class ReportIndex {
  readonly #max: number
  readonly #places = new Map<string, ReportPlace>()
  /** Goes on behind the last one that it gave, which is gone or was touched since: a new one would step over all that are gone to find the first. */
  readonly #oldest = this.#places.keys()
  #forgotten = 0

  constructor(max = reportsMax) {
    this.#max = max
  }

  get count(): number {
    return this.#places.size
  }

  get forgottenCount(): number {
    return this.#forgotten
  }

  get(reportId: string): ReportPlace | undefined {
    return this.#places.get(reportId)
  }

  /** Notes a record of the incidents log; those that are not of reports say nothing here. */
  apply(partition: number, position: bigint, record: TheatreRecord): void {
    if (record.type === 'report.received') this.received(partition, position, record.data)
    if (record.type === 'report.withdrawn') this.#withdrawn(partition, position, record.data.reportId)
  }

  /** The greatest (reportedAt, contentHash) wins, whatever order they came in, and its first record; a withdrawal wins over all. */
  received(
    partition: number,
    position: bigint,
    { reportId, reportedAt, contentHash }: Pick<ReportRevision, 'reportId' | 'reportedAt' | 'contentHash'>
  ): void {
    const known = this.#places.get(reportId)
    if (known?.isWithdrawn) return
    if (known && (known.reportedAt > reportedAt || (known.reportedAt === reportedAt && known.contentHash >= contentHash))) return
    this.#set(reportId, { partition, position, reportedAt, contentHash, isWithdrawn: false })
  }

  #withdrawn(partition: number, position: bigint, reportId: string): void {
    const known = this.#places.get(reportId)
    this.#set(reportId, { partition, position, reportedAt: '', contentHash: '', ...known, isWithdrawn: true })
  }

  #set(reportId: string, place: ReportPlace): void {
    this.#places.delete(reportId)
    this.#places.set(reportId, place)
    if (this.#places.size <= this.#max) return
    this.#places.delete(this.#oldest.next().value as string)
    this.#forgotten++
  }
}
