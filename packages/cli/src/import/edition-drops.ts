// Reports of earlier editions that a new edition of a data set no longer has: found in the suite's
// incidents, among the countries and days of the file, and withdrawn if asked.

import { rm, writeFile } from 'node:fs/promises'
import { normalizeText } from '@tocsin/contracts/report/normal-text'
import type { Clock } from '@tocsin/domain/ports'
import { formatProblem, type SuiteApi } from '@tocsin/host/client/suite-api'
import type { ReportItem, WithdrawalItem } from '@tocsin/importers/item/import-item'
import { endIn } from '../export/export-end.ts'
import { toOneLine } from '../terminal/table.ts'
import type { ReportPoster } from './report-poster.ts'

/** Most reports that are listed in the summary; the file has all. */
const shownMax = 20
/** Withdrawals that are sent together. */
const batchMax = 16
/** How often a suite is asked whose incidents are behind, and the pause between, ms. */
const [attemptsMax, retryMs] = [60, 500]

export interface EditionQuery {
  /** When this edition was published. */
  readonly reportedAt: string
  /** Covers the rows that were imported. */
  readonly cursor: string | null
  readonly clock: Clock
  readonly signal: AbortSignal
}

export interface DroppedReport {
  readonly sourceId: string
  readonly externalId: string
  readonly day: string
  readonly country: string | null
}

export interface Dropped {
  readonly reports: readonly DroppedReport[]
  /** True if they were withdrawn. */
  readonly areWithdrawn: boolean
  /** Lines that withdraw them; null if there are none, or they were withdrawn. */
  readonly file: string | null
}

/** The rows of an edition. Memory grows with their number. */
export class Edition {
  readonly #ids = new Set<string>()
  readonly #sources = new Set<string>()
  #from = ''
  #to = ''

  add({ report }: ReportItem): void {
    const { source, externalId, occurred } = report
    if (externalId === undefined) return
    this.#ids.add(buildKey(source.id, externalId))
    this.#sources.add(source.id)
    const [from, to] = [occurred.from.slice(0, 10), occurred.to.slice(0, 10)]
    if (this.#from === '' || from < this.#from) this.#from = from
    if (to > this.#to) this.#to = to
  }

  /**
   * The reports that the suite has of earlier editions, on the days and in the countries of this
   * one, and that this one lacks. Those outside the retained window are not found. Rejects with
   * Error if the suite does not answer.
   */
  async findDropped(
    api: SuiteApi,
    { reportedAt, ...call }: EditionQuery
  ): Promise<readonly DroppedReport[]> {
    if (this.#ids.size === 0) return []
    const countries = new Set<string | null>()
    const missing: DroppedReport[] = []
    for await (const report of this.#readReports(api, call)) {
      const { sourceId, externalId, reportedAt: knownAt, occurred, place, withdrawn } = report
      if (externalId === null || withdrawn || !this.#sources.has(sourceId)) continue
      const country = place.country ?? null
      if (this.#ids.has(buildKey(sourceId, externalId))) countries.add(country)
      else if (
        Date.parse(knownAt) < Date.parse(reportedAt) &&
        occurred.from.slice(0, 10) >= this.#from &&
        occurred.to.slice(0, 10) <= this.#to
      )
        missing.push({ sourceId, externalId, day: occurred.from.slice(0, 10), country })
    }
    return missing
      .filter(({ country }) => countries.has(country))
      .sort((a, b) =>
        a.day < b.day ? -1 : a.day > b.day ? 1 : a.externalId < b.externalId ? -1 : 1
      )
  }

  async *#readReports(
    api: SuiteApi,
    { cursor, clock, signal }: Omit<EditionQuery, 'reportedAt'>
  ): AsyncIterable<ExportedReport> {
    const end = new Date(Date.parse(this.#to) + 86_400_000).toISOString().slice(0, 10)
    const query = new URLSearchParams({
      ...{ kind: 'incidents', format: 'ndjson', from: this.#from, to: end }
    })
    const ask = () => api.getFile(`/v1/export?${query}`, { cursor, signal })
    let answer = await ask()
    // The incidents of what was just imported may be on their way.
    for (let i = 0; answer.problem?.status === 503 && i < attemptsMax; i++) {
      await clock.sleep(retryMs, signal)
      answer = await ask()
    }
    const { problem, bytes } = answer
    if (problem !== null) throw new Error(formatProblem(problem))
    const decoder = new TextDecoder()
    let [held, last] = ['', '']
    for await (const chunk of bytes) {
      const lines = (held + decoder.decode(chunk, { stream: true })).split('\n')
      held = lines.pop() as string
      for (const line of lines) {
        last = line
        const { reports = [] } = JSON.parse(line) as { reports?: readonly ExportedReport[] }
        yield* reports
      }
    }
    if (endIn('ndjson', `${last}\n`) === null) throw new Error('the answer was cut off')
  }
}

/** A report in an export of incidents. */
interface ExportedReport {
  readonly sourceId: string
  readonly externalId: string | null
  readonly reportedAt: string
  readonly occurred: { readonly from: string; readonly to: string }
  readonly place: { readonly country?: string | null }
  readonly withdrawn: boolean
}

function buildKey(sourceId: string, externalId: string): string {
  return `${sourceId}\n${normalizeText(externalId)}`
}

/** Withdraws the reports, or writes the lines that withdraw them. */
export async function settleDropped(
  reports: readonly DroppedReport[],
  edition: string,
  poster: ReportPoster | null,
  file: string
): Promise<Dropped> {
  const reason = `not in the edition of ${edition.slice(0, 10)}`
  await rm(file, { force: true })
  if (reports.length === 0) return { reports, areWithdrawn: false, file: null }
  if (poster === null) {
    const lines = reports.map(({ sourceId, externalId }) =>
      JSON.stringify({ withdraw: { source: { id: sourceId }, externalId, reason } })
    )
    await writeFile(file, `${lines.join('\n')}\n`)
    return { reports, areWithdrawn: false, file }
  }
  for (let at = 0; at < reports.length; at += batchMax) {
    const items = reports.slice(at, at + batchMax).map(
      ({ sourceId, externalId }): WithdrawalItem => ({
        kind: 'withdrawal',
        ...{ row: 0, raw: '', column: 'id', warnings: [] },
        ...{ sourceId, externalId, reason, ifAbsent: 'never-imported' }
      })
    )
    const results = await poster.post(items)
    const refused = results.find(result => result.kind === 'refused')
    if (refused !== undefined) throw new Error(refused.faults[0]?.detail)
  }
  return { reports, areWithdrawn: true, file: null }
}

/** The lines of the summary. Pure. */
export function formatDropped({ reports, areWithdrawn, file }: Dropped): readonly string[] {
  if (reports.length === 0) return []
  const named = reports
    .slice(0, shownMax)
    .map(({ externalId, day, country }) =>
      toOneLine(`${externalId} (${day}${country === null ? '' : `, ${country}`})`)
    )
  const more = reports.length - named.length
  const all = `${named.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`
  const count = reports.length.toLocaleString('en-US')
  const words = reports.length === 1 ? 'report of this source is' : 'reports of this source are'
  return [
    `${count} ${words} not in this edition${areWithdrawn ? ', and withdrawn' : ''}: ${all}`,
    ...(file === null
      ? []
      : [
          `to withdraw: run the same command with --withdraw-dropped, or import ${file} --format ndjson, which lists all`
        ])
  ]
}
