// NDJSON: one report per line, passed on verbatim, or a withdrawal; the suite validates them.

import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import { checkWithdrawal } from '@tocsin/contracts/report/report-shape'
import { undecoded } from '../bytes/lossless-utf8.ts'
import { decodeText, undecodedDetail } from '../bytes/opened-bytes.ts'
import {
  type Importer,
  ImportFileError,
  type ImportItem,
  type ImportSettings,
  type RefusedFileForm
} from '../item/import-item.ts'

/** Longest line, characters. */
const lineCharsMax = 1024 * 1024

export function createNdjsonImporter(): Importer {
  return new NdjsonImporter()
}

class NdjsonImporter implements Importer {
  #row = 0

  async *items(
    bytes: AsyncIterable<Uint8Array>,
    settings: ImportSettings
  ): AsyncIterable<readonly ImportItem[]> {
    let held = ''
    for await (const text of decodeText(bytes, settings.encoding)) {
      held += text
      const lines = held.split('\n')
      held = lines.pop() as string
      if (held.length > lineCharsMax)
        throw new ImportFileError(`a line has more than ${lineCharsMax} characters`)
      const items = this.#buildItems(lines)
      if (items.length > 0) yield items
    }
    const items = this.#buildItems([held])
    if (items.length > 0) yield items
  }

  findColumn(pointer: string): string | null {
    return pointer === '' ? null : pointer
  }

  readonly hasEditions = false

  get refused(): RefusedFileForm {
    return { extension: 'ndjson', head: () => '', separator: '\n', foot: '\n' }
  }

  #buildItems(lines: readonly string[]): readonly ImportItem[] {
    return lines.flatMap(line => {
      this.#row++
      const raw = line.trim()
      return raw === '' ? [] : [buildItem(raw, this.#row)]
    })
  }
}

function buildItem(raw: string, row: number): ImportItem {
  const fault = (detail: string): ImportItem => ({
    kind: 'refused',
    row,
    raw,
    faults: [{ column: null, reason: 'unreadable', detail }]
  })
  if (raw.includes(undecoded)) return fault(undecodedDetail)
  try {
    const report: unknown = JSON.parse(raw)
    if (typeof report !== 'object' || report === null || Array.isArray(report))
      return fault('is not a JSON object')
    if ('withdraw' in report) return buildWithdrawal(report.withdraw, { row, raw })
    return { kind: 'report', row, raw, report: report as PostedReport, json: raw, warnings: [] }
  } catch (error) {
    return fault(`is not JSON: ${(error as Error).message}`)
  }
}

/** From `{source: {id}, externalId, reason}`. */
function buildWithdrawal(withdraw: unknown, at: { row: number; raw: string }): ImportItem {
  const { source, externalId, reason } = (withdraw ?? {}) as Readonly<Record<string, unknown>>
  const id = (source as { readonly id?: unknown } | null | undefined)?.id
  const stated = checkWithdrawal({ reason })
  const missing = Object.entries({ 'source/id': id, externalId }).filter(
    ([, value]) => typeof value !== 'string' || value.trim() === ''
  )
  const faults = [
    ...missing.map(([name]) => ({ pointer: `/${name}`, detail: 'is required: a text' })),
    ...(stated.ok ? [] : stated.errors)
  ].map(({ pointer, detail }) => ({
    column: `/withdraw${pointer}`,
    reason: 'contract' as const,
    detail
  }))
  if (!stated.ok || faults.length > 0) return { kind: 'refused', faults, ...at }
  return {
    kind: 'withdrawal',
    sourceId: id as string,
    externalId: externalId as string,
    column: '/withdraw/externalId',
    reason: stated.report.reason,
    ifAbsent: null,
    warnings: [],
    ...at
  }
}
