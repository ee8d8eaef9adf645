// The first sheet of a workbook (.xlsx) as lines of CSV. The whole sheet is held in memory, so its
// size is limited.

import { describeBytes } from '../bytes/known-bytes.ts'
import { ImportFileError } from '../item/import-item.ts'

const mebibyte = 1024 * 1024
/** Greatest workbook, as a file and unpacked, bytes. */
const [fileMax, unpackedMax] = [32 * mebibyte, 512 * mebibyte]

/** True for the first bytes of a zip archive, which a workbook is. */
export function mayBeWorkbook(head: Uint8Array): boolean {
  return Buffer.from(head).toString('latin1', 0, 4) === 'PK\x03\x04'
}

/** Rejects with ImportFileError for a workbook that is too large, and for any other archive. */
export async function* readWorkbook(bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const file = await collectBytes(bytes)
  if (measureUnpacked(file) > unpackedMax) throw describeTooLarge(unpackedMax, 'unpacked')
  const { readSheet } = await import('read-excel-file/node')
  const rows = await readSheet(file).catch((cause: unknown) => {
    throw new ImportFileError(describeBytes(file) ?? 'this is not a workbook', { cause })
  })
  for (const row of rows) yield `${row.map(formatCell).join(',')}\n`
}

async function collectBytes(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of bytes) {
    length += chunk.length
    if (length > fileMax) throw describeTooLarge(fileMax, 'as a file')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function describeTooLarge(max: number, how: string): ImportFileError {
  return new ImportFileError(
    `the workbook or archive has more than ${max / mebibyte} MiB ${how}: save the sheet as "CSV UTF-8" and import that`
  )
}

/** Source: APPNOTE.TXT 4.3.12, the directory of a zip archive. */
function measureUnpacked(file: Buffer): number {
  let sum = 0
  for (let at = file.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0 && at + 28 <= file.length; ) {
    sum += file.readUInt32LE(at + 24)
    at = file.indexOf('PK\x01\x02', at + 4, 'latin1')
  }
  return sum
}

/** A day as `2024-03-01T00:00:00`, which every mapping reads. */
function formatCell(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  const text =
    cell instanceof Date
      ? new Date(Math.round(cell.getTime() / 1000) * 1000).toISOString().slice(0, 19)
      : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
