// Turns files into what was known and when: each row is read by its importer, validated against the
// contract, given its place as in intake, and sorted by time of knowledge. Nothing is folded here.

import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { digest } from '@tocsin/contracts/json/digest'
import type { FieldError } from '@tocsin/contracts/problem/problem-catalogue'
import {
  computeContentHash,
  computeReportId,
  computeRevisionRecordId,
  computeWithdrawalRecordId,
  KeyedIdentity,
  type ReportContent,
  type RevisionName
} from '@tocsin/contracts/report/report-identity'
import { checkReportTimes, parseReportInput } from '@tocsin/contracts/report/report-validation'
import type { Reliability, ReportRevision } from '@tocsin/contracts/theatre/report'
import { parseTimeMs } from '@tocsin/domain/space-time/event-time'
import type { Gazetteer } from '@tocsin/gazetteer/port'
import type {
  Importer,
  ImportItem,
  ImportSettings,
  ReportItem,
  WithdrawalItem
} from '@tocsin/importers/item/import-item'
import { readItems } from '@tocsin/importers/read-items'
import { resolvePlaces } from '@tocsin/intake/acceptance/report-places'
import {
  count,
  countWarnings,
  type ImportTally,
  newTally,
  type RowResult
} from '@tocsin/intake/imports/import-tally'
import { deriveKeys, noDerivedKeys } from '@tocsin/intake/privacy/derived-keys'
import { makeRevision } from '@tocsin/intake/report/report-records'
import type { ImportInput } from '../import/import-input.ts'
import { CommandError } from '../terminal/output.ts'
import {
  deriveKnowledge,
  formatKnownAt,
  type Knowledge,
  type KnownItem,
  resolveTheatre,
  sortByKnowledge,
  type TheatreScope
} from './known-items.ts'
import { ReleaseHistory, type RowChange } from './release-history.ts'

/** Maximum reports in memory. A larger file is refused: split it by country. */
const backtestReportsMax = 2_000_000

/** Files that became known together. */
export interface BacktestEdition {
  readonly inputs: readonly ImportInput[]
  /** The end of the day of the release, ISO 8601; null: each row says when it was known. */
  readonly knownAt: string | null
}

/** What a release brought. */
export interface ReleaseTally {
  /** Its day. */
  readonly knownFrom: string
  readonly rows: number
  /** Rows that are new or differ from the release before. */
  readonly changed: number
  readonly withdrawn: number
}

export interface BacktestReadingOptions {
  /** In order of their days; a single one unless they are releases. */
  readonly editions: readonly BacktestEdition[]
  readonly createImporter: () => Importer
  readonly settings: ImportSettings
  readonly gazetteer: Gazetteer
  readonly theatres: TheatreScope
  /**
   * Private data is hashed under it: the same file gives the same hashes, and no reader can test
   * guesses without the file.
   */
  readonly secret: Buffer
  /** Later rows are refused, ms. */
  readonly nowMs: number
  readonly signal: AbortSignal
  readonly onProgress: (rows: number) => void
}

/** A file ready for replay. */
export interface ReadBacktest {
  /** Sorted by time of knowledge. */
  readonly items: readonly KnownItem[]
  readonly tally: ImportTally
  /** What is to know about the file as a whole. */
  readonly notes: readonly string[]
  /** Number of reports by the basis of their time of knowledge. */
  readonly knownBy: Readonly<Record<Knowledge['by'], number>>
  /** ISO 3166-1 codes, in order. */
  readonly countries: readonly string[]
  /** In order. */
  readonly sources: readonly string[]
  /** Empty unless it was read from releases. */
  readonly releases: readonly ReleaseTally[]
}

/** Reliability letters of a source, as the option takes them. */
export const reliabilities = [
  'A',
  'B',
  'C',
  'D',
  'E',
  'F'
] as const satisfies readonly Reliability[]

/**
 * Reads all files. Rejects with ImportFileError if one can't be read to its end, with CommandError
 * if they are too long or the signal aborts.
 */
export async function readBacktest(options: BacktestReadingOptions): Promise<ReadBacktest> {
  const { editions, settings, signal, onProgress } = options
  const reading = new BacktestReading(options)
  for (const { inputs, knownAt } of editions) {
    for (const input of inputs) {
      const importer = reading.open()
      const own = knownAt === null ? settings : { ...settings, reportedAt: knownAt }
      for await (const items of readItems(importer, input.open(), own)) {
        for (const item of items) reading.take(item)
        if (signal.aborted) throw new CommandError('stopped before the file was read')
        onProgress(reading.rows)
      }
      reading.close()
    }
    if (knownAt !== null) reading.endRelease(knownAt)
  }
  return reading.finish()
}

class BacktestReading {
  readonly #o: BacktestReadingOptions
  readonly #secret: KeyObject
  /** A backtest erases no key: private data too is hashed under the file's secret. */
  /** The secret for hashes of public content, which anyone who sees the alerts may know. */
  readonly #identity = new KeyedIdentity(createSecretKey(Buffer.from('tocsin/v1/backtest')))
  readonly #tally = newTally()
  readonly #items: KnownItem[] = []
  readonly #taken = new Set<string>()
  /** Private content with its number, by its public content. */
  readonly #alike = new Map<string, Map<string, number>>()
  readonly #knownBy: Record<Knowledge['by'], number> = { stated: 0, event: 0, 'event-later': 0 }
  readonly #countries = new Set<string>()
  readonly #sources = new Set<string>()
  #lastKnown = { ms: Number.NaN, text: '' }
  /** The importer of the current file. */
  #importer: Importer | null = null
  readonly #notes = new Set<string>()
  readonly #history: ReleaseHistory | null
  readonly #releases: ReleaseTally[] = []
  /** Accepted rows, and all, before the current release. */
  #before = { accepted: 0, rows: 0 }
  /**
   * The latest time read so far: a withdrawal has no date and counts as known then.
   */
  #latestMs = Number.NEGATIVE_INFINITY

  constructor(options: BacktestReadingOptions) {
    this.#o = options
    this.#secret = createSecretKey(options.secret)
    this.#history = options.editions.some(one => one.knownAt !== null) ? new ReleaseHistory() : null
  }

  open(): Importer {
    this.#importer = this.#o.createImporter()
    return this.#importer
  }

  close(): void {
    for (const note of this.#importer?.notes?.() ?? []) this.#notes.add(note)
  }

  /** Withdraws what a release lacks. */
  endRelease(knownAt: string): void {
    const dropped = this.#history?.end() ?? []
    const knownMs = parseTimeMs(knownAt)
    const reason = `not in the release of ${knownAt.slice(0, 10)}`
    for (const { key, returns } of dropped)
      this.#addWithdrawal(0, nameReturned(key, returns), reason, knownMs)
    const { accepted, rows } = this.#tally
    this.#releases.push({
      knownFrom: knownAt.slice(0, 10),
      rows: rows - this.#before.rows,
      changed: accepted - this.#before.accepted,
      withdrawn: dropped.length
    })
    this.#before = { accepted, rows }
  }

  get rows(): number {
    return this.#tally.rows
  }

  take(item: ImportItem): void {
    const result = this.#readItem(item)
    count(this.#tally, result)
    if (result.kind === 'accepted' && item.kind === 'report')
      countWarnings(this.#tally, item.warnings)
  }

  finish(): ReadBacktest {
    sortByKnowledge(this.#items)
    return {
      items: this.#items,
      tally: this.#tally,
      notes: [...this.#notes],
      knownBy: this.#knownBy,
      countries: [...this.#countries].sort(),
      sources: [...this.#sources].sort(),
      releases: this.#releases
    }
  }

  #readItem(item: ImportItem): RowResult {
    switch (item.kind) {
      case 'refused':
        return { kind: 'refused', faults: item.faults }
      case 'skipped':
        return { kind: 'skipped', reason: item.reason }
      case 'withdrawal':
        return this.#withdrawReport(item)
      default:
        return this.#judgeReport(item)
    }
  }

  #judgeReport(item: ReportItem): RowResult {
    const parsed = parseReportInput(item.report)
    if (!parsed.ok) return this.#refuseByContract(parsed.errors)
    const input = parsed.report
    const resolved = resolvePlaces(input, this.#o.gazetteer)
    const errors = [
      ...(resolved.ok ? [] : resolved.errors),
      ...checkReportTimes(input, this.#o.nowMs)
    ]
    if (!resolved.ok || errors.length > 0) return this.#refuseByContract(errors)
    const { sourceId, externalId } = input
    const knowledge = deriveKnowledge(input.occurred, input.reportedAt)
    const content = this.#identity.hashContent(item.report, input.private !== null)
    const privateDigest =
      content.privateText === null
        ? null
        : createHmac('sha256', this.#secret).update(`content/${content.privateText}`).digest('hex')
    const key = this.#deriveReportId(sourceId, externalId, content.open, privateDigest)
    const change = this.#compareRelease(key, item)
    if (!change.isChange) return { kind: 'duplicate' }
    const revision = makeRevision({
      reportId: nameReturned(key, change.returns),
      contentHash: computeContentHash(content, privateDigest),
      externalId,
      reportedAt: this.#formatKnownAt(knowledge),
      input,
      place: resolved.place,
      alsoAt: resolved.alsoAt,
      keys: input.private === null ? noDerivedKeys : deriveKeys(input.private, this.#secret),
      sealed: null,
      theatre: resolveTheatre(this.#o.theatres, resolved.place.country),
      lane: 'live'
    })
    return this.#addItem(item.row, revision, knowledge, content)
  }

  /** Without releases each row is a change. */
  #compareRelease(key: string, { report }: ReportItem): RowChange {
    if (this.#history === null) return { isChange: true, returns: 0 }
    const { reportedAt: _, ...stated } = report
    const fromDay = report.occurred.from.slice(0, 10)
    const toDay = report.occurred.to.slice(0, 10)
    return this.#history.add({ key, content: digest(JSON.stringify(stated)), fromDay, toDay })
  }

  /** As text, made once for the rows of a day. */
  #formatKnownAt(knowledge: Knowledge): string {
    if (knowledge.knownMs !== this.#lastKnown.ms)
      this.#lastKnown = { ms: knowledge.knownMs, text: formatKnownAt(knowledge) }
    return this.#lastKnown.text
  }

  /**
   * The output is shared, so no id derives from private content. Rows that differ only in private
   * content are numbered.
   */
  #deriveReportId(
    sourceId: string,
    externalId: string | null,
    open: string,
    privateDigest: string | null
  ): string {
    if (externalId !== null) return computeReportId(sourceId, externalId)
    if (privateDigest === null) return digest('backtest-report', sourceId, open)
    return digest(
      'backtest-report',
      sourceId,
      open,
      String(this.#findNumber(`${sourceId} ${open}`, privateDigest))
    )
  }

  /** The number of this private content among rows with the same public content. From 1. */
  #findNumber(open: string, privateDigest: string): number {
    const seen = this.#alike.get(open) ?? new Map<string, number>()
    if (seen.size === 0) this.#alike.set(open, seen)
    const number = seen.get(privateDigest) ?? seen.size + 1
    seen.set(privateDigest, number)
    return number
  }

  #addItem(
    row: number,
    revision: ReportRevision,
    knowledge: Knowledge,
    { open, privateText }: ReportContent
  ): RowResult {
    const { reportId, contentHash, sourceId } = revision
    const name: RevisionName =
      privateText === null
        ? [open]
        : [open, String(this.#findNumber(`${reportId} ${open}`, contentHash))]
    const recordId = computeRevisionRecordId(revision.theatre, reportId, name)
    if (this.#taken.has(recordId)) return { kind: 'duplicate' }
    if (this.#items.length >= backtestReportsMax)
      throw new CommandError(
        `the file has more than ${backtestReportsMax.toLocaleString('en')} reports: split it`
      )
    this.#taken.add(recordId)
    this.#knownBy[knowledge.by] += 1
    this.#sources.add(sourceId)
    for (const { country } of [revision.place, ...revision.alsoAt])
      if (country !== null) this.#countries.add(country)
    this.#latestMs = Math.max(this.#latestMs, knowledge.knownMs)
    this.#items.push({ kind: 'report', knownMs: knowledge.knownMs, row, recordId, revision })
    return { kind: 'accepted' }
  }

  #withdrawReport({ row, sourceId, externalId, reason }: WithdrawalItem): RowResult {
    const reportId = computeReportId(sourceId, externalId)
    // A withdrawal before any report cannot withdraw anything replayed.
    if (Number.isFinite(this.#latestMs)) this.#addWithdrawal(row, reportId, reason, this.#latestMs)
    return { kind: 'withdrawn' }
  }

  #addWithdrawal(row: number, reportId: string, reason: string, knownMs: number): void {
    const recordId = computeWithdrawalRecordId(resolveTheatre('one', null), reportId)
    if (this.#taken.has(recordId)) return
    this.#taken.add(recordId)
    this.#items.push({ kind: 'withdrawal', knownMs, row, recordId, reportId, reason })
  }

  #refuseByContract(errors: readonly FieldError[]): RowResult {
    const faults = errors.map(({ pointer, detail }) => ({
      column: this.#importer?.findColumn(pointer) ?? null,
      reason: 'contract' as const,
      detail
    }))
    return { kind: 'refused', faults }
  }
}

/** The id of a report that was withdrawn so often before. */
function nameReturned(reportId: string, returns: number): string {
  return returns === 0 ? reportId : digest('backtest-return', reportId, String(returns))
}
