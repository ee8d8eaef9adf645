// Log positions of the winning revision of each report. Bodies stay in the incidents log and are
// read for evidence on demand.

import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { type RevisionKey, winsOver } from '@tocsin/contracts/theatre/winning-revision'
import { LRUCache } from 'lru-cache'
import type { ReadModel } from '../read-model.ts'

/** Reports that stay in memory: those that were used last. */
const lastUsedMax = 20_000

export interface ReportPlace {
  readonly partition: number
  readonly position: bigint
  readonly reportedAt: string
  readonly contentHash: string
  readonly isWithdrawn: boolean
}

export class ReportPlaces {
  readonly #lastUsed = new LRUCache<string, ReportPlace>({
    maxSize: lastUsedMax,
    sizeCalculation: () => 1
  })
  readonly #read
  readonly #put
  #changeCount = 0

  constructor(model: ReadModel) {
    this.#read = model.prepare(`
      select partition, position, reported_at as reportedAt, content_hash as contentHash, withdrawn
      from report_place where report_id = ?`)
    this.#put = model.prepare('insert or replace into report_place values(?, ?, ?, ?, ?, ?)')
  }

  /** Changes since the start: while it is the same, so is every place. */
  get changeCount(): number {
    return this.#changeCount
  }

  get(reportId: string): ReportPlace | undefined {
    const known = this.#lastUsed.get(reportId)
    if (known !== undefined) return known
    const row = this.#read.get(reportId)
    if (row === undefined) return undefined
    const place = {
      partition: Number(row.partition),
      position: BigInt(row.position as number),
      reportedAt: String(row.reportedAt),
      contentHash: String(row.contentHash),
      isWithdrawn: row.withdrawn === 1
    }
    this.#lastUsed.set(reportId, place)
    return place
  }

  /** Folds a record of the incidents log, if it withdraws a report. */
  apply(partition: number, position: bigint, record: TheatreRecord): void {
    if (record.type !== 'report.withdrawn') return
    const { reportId } = record.data
    const none = { partition, position, reportedAt: '', contentHash: '' }
    this.#set(reportId, { ...none, ...this.get(reportId), isWithdrawn: true })
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
    const known = this.get(reportId)
    if (known?.isWithdrawn) return
    if (known && !winsOver({ reportedAt, contentHash }, known)) return
    this.#set(reportId, { partition, position, reportedAt, contentHash, isWithdrawn: false })
  }

  #set(reportId: string, place: ReportPlace): void {
    const { partition, position, reportedAt, contentHash, isWithdrawn } = place
    this.#changeCount++
    this.#put.run(reportId, partition, position, reportedAt, contentHash, Number(isWithdrawn))
    this.#lastUsed.set(reportId, place)
  }
}
