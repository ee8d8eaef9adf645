// One import: sends rows to the suite in batches, counts, stores refused rows and the progress
// note. Each of these advances only once all rows before it have final answers. Input, suite and
// output are passed in.

import type { Clock } from '@tocsin/domain/ports'
import {
  type Importer,
  ImportFileError,
  type ImportItem,
  type ImportSettings,
  type ReportItem
} from '@tocsin/importers/item/import-item'
import { readItems } from '@tocsin/importers/read-items'
import {
  count,
  countWarnings,
  type ImportTally,
  newTally,
  type RowResult
} from '@tocsin/intake/imports/import-tally'
import type { Edition } from './edition-drops.ts'
import { type ImportCheckpoint, removeCheckpoint, saveCheckpoint } from './import-checkpoint.ts'
import type { ImportInput } from './import-input.ts'
import { noneRefused, RefusedFiles, type RefusedPaths, resolveForm } from './refused-files.ts'
import { type ReportPoster, StoppedError } from './report-poster.ts'
import type { HindranceCount } from './suite-hindrances.ts'

export interface ImportRunOptions {
  readonly input: ImportInput
  readonly importer: Importer
  readonly settings: ImportSettings
  readonly poster: Pick<ReportPoster, 'post' | 'cursor'>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Where to resume; null from the beginning. */
  readonly from: ImportCheckpoint | null
  /** Null without a note of progress. */
  readonly state: {
    readonly file: string
    readonly fileSha256: string
    readonly settingsDigest: string
  } | null
  /** Where refused rows go; asked once the file extension of the format is known. */
  readonly refusedPaths: (extension: string) => RefusedPaths
  /** Null if the theatres of the suite are not known. */
  readonly hindrances: HindranceCount | null
  /** Gets every report of the file; null if nobody compares editions. */
  readonly edition: Edition | null
  readonly onProgress: (progress: ImportProgress) => void
}

export interface ImportProgress {
  /** Rows with a final answer, including those of earlier runs. */
  readonly rows: number
  /** Rows of this run. */
  readonly rowsNow: number
  /** Share of the file that is done, 0 to 1; null if its length is unknown. */
  readonly part: number | null
  readonly elapsedMs: number
}

export interface ImportOutcome {
  readonly tally: ImportTally
  /** False if it was stopped before the last row. */
  readonly finished: boolean
  /** Why the file could not be read to its end; null if it could. */
  readonly brokenBy: string | null
  readonly refused: RefusedPaths | null
  /** What is to know about the file as a whole. */
  readonly notes: readonly string[]
  /** The last day on which something occurred, by source. */
  readonly lastDays: Readonly<Record<string, string>>
  readonly elapsedMs: number
  readonly rowsNow: number
}

/**
 * Rows per batch. The next batch is read while one is answered but sent only afterwards, so that
 * live reports compete with one stream only.
 */
const batchRows = 4000
const batchChars = 4 * 1024 * 1024
/** Each is a request; they are sent together. */
const batchWithdrawals = 16
/** Maximum sources with a recorded last day. */
const sourcesMax = 50
/** Interval between two notes, ms. */
const noteEveryMs = 250

/**
 * Imports. Rejects with the errors of poster, importer or file system; the note then has how far
 * it has come.
 */
export function runImport(options: ImportRunOptions): Promise<ImportOutcome> {
  return new ImportRun(options).run()
}

interface UnderWay {
  readonly items: readonly ImportItem[]
  readonly results: Promise<readonly RowResult[]>
}

class ImportRun {
  readonly #o: ImportRunOptions
  readonly #tally: ImportTally
  readonly #refused: RefusedFiles
  readonly #beganMs: number
  #underWay: UnderWay | null = null
  #brokenBy: string | null = null
  #row: number
  readonly #lastDays = new Map<string, string>()
  #rowsRead = 0
  #rowsNow = 0
  #notedMs: number

  constructor(options: ImportRunOptions) {
    const { from, importer, refusedPaths, settings, clock } = options
    this.#o = options
    this.#tally = from === null ? newTally() : structuredClone(from.tally)
    this.#row = from?.row ?? 0
    const findPaths = () => refusedPaths(importer.refused.extension)
    this.#refused = new RefusedFiles(
      findPaths,
      () => resolveForm(importer.refused, settings.encoding),
      from ?? noneRefused
    )
    this.#beganMs = clock.monotonicMs()
    this.#notedMs = this.#beganMs
  }

  async run(): Promise<ImportOutcome> {
    try {
      await this.#begin()
      const finished = await this.#postAll()
      const refused = await this.#end(finished)
      const told = {
        tally: this.#tally,
        finished,
        brokenBy: this.#brokenBy,
        refused,
        notes: this.#o.importer.notes?.() ?? [],
        lastDays: Object.fromEntries(this.#lastDays)
      }
      return { ...told, elapsedMs: this.#measureElapsedMs(), rowsNow: this.#rowsNow }
    } catch (error) {
      await this.#saveProgress()
      throw error
    } finally {
      // If the file fails first, rows already sent are still completed.
      await this.#underWay?.results.catch(() => {})
      await this.#refused.close()
    }
  }

  /** A note before the first row: any files found after a crash then belong to this import. */
  async #begin(): Promise<void> {
    const { state, from } = this.#o
    if (state === null || from !== null) return
    const { fileSha256, settingsDigest } = state
    await saveCheckpoint(state.file, {
      version: 1,
      fileSha256,
      settingsDigest,
      row: 0,
      tally: newTally(),
      cursor: null,
      ...noneRefused
    })
  }

  /** True if the last row was reached. */
  async #postAll(): Promise<boolean> {
    const { importer, input, settings, signal } = this.#o
    const items = readItems(importer, input.open(), settings)
    try {
      for await (const batch of this.#collectBatches(items)) {
        await this.#settle()
        if (signal.aborted) break
        this.#send(batch)
      }
      await this.#settle()
      return !signal.aborted && this.#brokenBy === null
    } catch (error) {
      if (error instanceof StoppedError) return false
      throw error
    }
  }

  #send(items: readonly ImportItem[]): void {
    const results = this.#o.poster.post(items)
    // It may fail while the next rows are read; the error is reported when it is awaited.
    results.catch(() => {})
    this.#underWay = { items, results }
  }

  async *#collectBatches(
    items: AsyncIterable<readonly ImportItem[]>
  ): AsyncIterable<readonly ImportItem[]> {
    let batch: ImportItem[] = []
    let chars = 0
    const createBatch = () => {
      const items = batch
      batch = []
      chars = 0
      return items
    }
    for await (const some of this.#readWhileReadable(items)) {
      for (const item of some) {
        this.#rowsRead++
        if (item.kind === 'report') this.#observe(item)
        if (item.kind === 'report') this.#o.edition?.add(item)
        if (item.row <= this.#row) continue
        // Withdrawals go by themselves: they must find the reports that they withdraw.
        const isWithdrawal = item.kind === 'withdrawal'
        const isOther = batch.some(({ kind }) => (kind === 'withdrawal') !== isWithdrawal)
        const isFull = batch.length >= (isWithdrawal ? batchWithdrawals : batchRows)
        if (batch.length > 0 && (isOther || isFull || chars >= batchChars)) yield createBatch()
        batch.push(item)
        chars += item.raw.length
      }
    }
    if (batch.length > 0) yield createBatch()
  }

  /** The last day of each source: a source with only old days is an archive. */
  #observe({ report }: ReportItem): void {
    const [id, to] = [report.source?.id, report.occurred?.to]
    if (typeof id !== 'string' || typeof to !== 'string') return
    const known = this.#lastDays.get(id)
    if (known === undefined ? this.#lastDays.size < sourcesMax : known < to)
      this.#lastDays.set(id, to.slice(0, 10))
  }

  /**
   * The items of a file up to its damage. Rejects with ImportFileError without a
   * single row.
   */
  async *#readWhileReadable(
    items: AsyncIterable<readonly ImportItem[]>
  ): AsyncIterable<readonly ImportItem[]> {
    try {
      yield* items
    } catch (error) {
      if (!(error instanceof ImportFileError) || this.#rowsRead === 0) throw error
      this.#brokenBy = error.message
    }
  }

  /** Waits for the batch in flight and advances everything past it. */
  async #settle(): Promise<void> {
    if (this.#underWay === null) return
    const { items, results } = this.#underWay
    const settled = await results
    this.#underWay = null
    for (const [i, item] of items.entries()) this.#settleRow(item, settled[i] as RowResult)
    this.#o.onProgress(this.#computeProgress())
    const { clock } = this.#o
    if (clock.monotonicMs() - this.#notedMs >= noteEveryMs) await this.#saveProgress()
  }

  #settleRow(item: ImportItem, result: RowResult): void {
    count(this.#tally, result)
    if (result.kind === 'refused') this.#refused.add(item.row, item.raw, result.faults)
    else if (item.kind === 'report' || (item.kind === 'withdrawal' && result.kind === 'withdrawn'))
      countWarnings(this.#tally, item.warnings)
    if (item.kind === 'report' && result.kind === 'accepted')
      this.#o.hindrances?.add(this.#tally, item)
    if (item.kind === 'report' && this.#hasEdition(item, result))
      countWarnings(this.#tally, ['edition-undated'])
    this.#row = item.row
    this.#rowsNow++
  }

  /**
   * True if a row changed a report without any indication which edition is later: revisions with
   * equal dates are ordered arbitrarily.
   */
  #hasEdition({ report }: ReportItem, result: RowResult): boolean {
    const { importer, settings } = this.#o
    const isRevision = result.kind === 'accepted' && result.isRevision === true
    return (
      isRevision &&
      importer.hasEditions &&
      settings.reportedAt === null &&
      report.reportedAt !== undefined
    )
  }

  async #saveProgress(): Promise<void> {
    const mark = await this.#refused.flush()
    this.#notedMs = this.#o.clock.monotonicMs()
    const { state, poster } = this.#o
    if (state === null) return
    if (this.#row === 0) return removeCheckpoint(state.file)
    const { fileSha256, settingsDigest } = state
    const note = {
      version: 1,
      fileSha256,
      settingsDigest,
      row: this.#row,
      tally: this.#tally,
      cursor: poster.cursor
    } as const
    await saveCheckpoint(state.file, { ...note, ...mark })
  }

  async #end(finished: boolean): Promise<RefusedPaths | null> {
    if (!finished) {
      await this.#saveProgress()
      return null
    }
    const refused = await this.#refused.finish()
    if (this.#o.state !== null) await removeCheckpoint(this.#o.state.file)
    return refused
  }

  #measureElapsedMs(): number {
    return this.#o.clock.monotonicMs() - this.#beganMs
  }

  #computeProgress(): ImportProgress {
    const { input } = this.#o
    const bytes = input.file?.bytes ?? 0
    // Bytes done are estimated from the share of rows done.
    const behind = this.#rowsRead === 0 ? 0 : this.#tally.rows / this.#rowsRead
    const part = bytes === 0 ? null : Math.min(1, (input.bytesRead / bytes) * behind)
    return {
      rows: this.#tally.rows,
      rowsNow: this.#rowsNow,
      part,
      elapsedMs: this.#measureElapsedMs()
    }
  }
}
