// Shared by the tests of all formats: passes a file, or a text, to its importer.

import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseReportInput } from '@tocsin/contracts/report/report-validation'
import { createImporter, type ImportFormat } from '../src/formats.ts'
import type {
  ImportItem,
  ImportSettings,
  RefusedItem,
  ReportItem
} from '../src/item/import-item.ts'
import type { Mapping } from '../src/item/mapping-file.ts'
import { readItems } from '../src/read-items.ts'

export const plainSettings: ImportSettings = {
  source: null,
  reportedAt: null,
  knownAtColumn: null,
  handling: null,
  encoding: 'utf-8',
  areas: () => null,
  otherCountry: () => null,
  mapping: null,
  nowMs: Date.UTC(2026, 10, 28)
}

export function samplePath(name: string): string {
  return fileURLToPath(new URL(`samples/${name}`, import.meta.url))
}

export function importSample(
  name: string,
  format: ImportFormat,
  settings: Partial<ImportSettings> = {}
): Promise<ImportItem[]> {
  return importBytes(createReadStream(samplePath(name)), format, settings)
}

/** `text` in chunks, if it is a list. */
export function importText(
  text: string | readonly string[],
  format: ImportFormat,
  settings: Partial<ImportSettings> = {}
): Promise<ImportItem[]> {
  return importBytes(bytesOf(typeof text === 'string' ? [text] : text), format, settings)
}

export async function importBytes(
  bytes: AsyncIterable<Uint8Array>,
  format: ImportFormat,
  settings: Partial<ImportSettings> = {}
): Promise<ImportItem[]> {
  const all = { ...plainSettings, ...settings }
  const importer = createImporter(format, all.mapping as Mapping | null)
  const items: ImportItem[] = []
  for await (const some of readItems(importer, bytes, all)) items.push(...some)
  return items
}

export async function* bytesOf(
  pieces: readonly (string | Uint8Array)[]
): AsyncIterable<Uint8Array> {
  for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece
}

export function reportsOf(items: readonly ImportItem[]): ReportItem[] {
  return items.filter(item => item.kind === 'report')
}

export function refusalsOf(items: readonly ImportItem[]): RefusedItem[] {
  return items.filter(item => item.kind === 'refused')
}

/** The report of an external id; throws if there is none. */
export function reportOf(items: readonly ImportItem[], externalId: string): ReportItem['report'] {
  const found = reportsOf(items).find(item => item.report.externalId === externalId)
  if (found === undefined) throw new Error(`no report ${externalId}`)
  return found.report
}

/** Errors of the contract for the reports, in their JSON form. */
export function contractErrors(items: readonly ImportItem[]): readonly unknown[] {
  return reportsOf(items).flatMap(item => {
    const parsed = parseReportInput(JSON.parse(item.json ?? JSON.stringify(item.report)))
    return parsed.ok ? [] : [{ row: item.row, errors: parsed.errors }]
  })
}
