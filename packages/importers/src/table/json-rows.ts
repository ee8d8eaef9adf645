// Rows of a table as JSON: a list of objects, an object with such a list as APIs answer, or one
// object per line.

import { undecoded } from '../bytes/lossless-utf8.ts'
import { undecodedDetail } from '../bytes/opened-bytes.ts'
import { quoted } from '../item/table-row.ts'
import { splitFeatures } from './json-features.ts'

/** Names of the lists of rows in answers of APIs: ACLED's and HDX's, UCDP's, and usual ones. */
const listNames: ReadonlySet<string> = new Set([
  ...['data', 'Data', 'Result', 'Results', 'result', 'results'],
  ...['rows', 'records', 'items', 'events', 'value', 'features']
])

export interface JsonRow {
  /** Null if the row is no object; `fault` then gives the reason. */
  readonly members: Readonly<Record<string, unknown>> | null
  readonly fault: string
  readonly raw: string
}

/** The rows of a text, in batches. Rejects like `splitFeatures`. */
export async function* splitJsonRows(
  texts: AsyncIterable<string>
): AsyncIterable<readonly JsonRow[]> {
  for await (const raws of splitFeatures(texts, listNames)) yield raws.map(parseRow)
}

function parseRow(raw: string): JsonRow {
  const broken = (fault: string): JsonRow => ({ members: null, fault, raw })
  if (raw.includes(undecoded)) return broken(undecodedDetail)
  try {
    const value: unknown = JSON.parse(raw)
    return typeof value !== 'object' || value === null || Array.isArray(value)
      ? broken('is not a JSON object')
      : { members: value as Readonly<Record<string, unknown>>, fault: '', raw }
  } catch (error) {
    return broken(`is not JSON: ${(error as Error).message}`)
  }
}

/** The fault of a row with a value that JSON.stringify can't write: it recurses. */
export const tooDeepDetail = 'has a value that nests too deeply'

/** The values as cells; null if one nests too deeply. */
export function formatCells(values: readonly unknown[]): readonly string[] | null {
  try {
    return values.map(formatCell)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** A value as the cell of a table. */
export function formatCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** What an object is that is not a row of the table; null if it can't be told. Pure. */
export function describeObject(members: Readonly<Record<string, unknown>>): string | null {
  if (/^Feature/.test(String(members.type)))
    return 'this is GeoJSON: use --format geojson, with --map for its properties'
  const error = members.error as { readonly message?: unknown } | undefined
  const stated = [error?.message, error, members.message, members.messages, members.detail]
  const message = [...stated, members.title, members.errors].find(value => value != null)
  const status = members.status ?? members.code ?? members.StatusCode
  if (message === undefined && status === undefined) return null
  const says = message === undefined ? '' : `: ${quoted(formatCell(message))}`
  return `this is an answer without rows${status === undefined ? '' : `, with status ${quoted(formatCell(status))}`}${says}. Check the address and the key of the download, and repeat it`
}
