// The first sheet of a workbook (.xlsx) as lines of CSV. The whole sheet is held in memory, so its
// size is limited.

import { inflateRawSync } from 'node:zlib'
import { describeBytes } from '../bytes/known-bytes.ts'
import { ImportFileError } from '../item/import-item.ts'

const mebibyte = 1024 * 1024
/** Greatest workbook, as a file and unpacked, bytes. */
const [fileMax, unpackedMax] = [32 * mebibyte, 512 * mebibyte]
/** Most cells up to the farthest: empty ones take memory too. */
const cellsMax = 25_000_000

export interface WorkbookLimits {
  /** Greatest workbook, unpacked, bytes. */
  readonly unpackedMax: number
  readonly cellsMax: number
}
const commonLimits: WorkbookLimits = { unpackedMax, cellsMax }

/** True for the first bytes of a zip archive, which a workbook is. */
export function mayBeWorkbook(head: Uint8Array): boolean {
  return Buffer.from(head).toString('latin1', 0, 4) === 'PK\x03\x04'
}

/** Rejects with ImportFileError for a workbook that is too large, and for any other archive. */
export async function* readWorkbook(
  bytes: AsyncIterable<Uint8Array>,
  limits: WorkbookLimits = commonLimits
): AsyncIterable<string> {
  const file = await collectBytes(bytes)
  checkSize(file, limits)
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

/**
 * Unpacks the parts of an archive one by one: its directory may state other sizes. Throws
 * ImportFileError if they are too large, or if the cells of a sheet span too many.
 * Source: APPNOTE.TXT 4.3.7, the header of a part.
 */
function checkSize(file: Buffer, { unpackedMax, cellsMax }: WorkbookLimits): void {
  let left = unpackedMax
  const header = 'PK\x03\x04'
  for (let at = 0; at >= 0 && at + 30 <= file.length; at = file.indexOf(header, at + 4, 'latin1')) {
    const start = at + 30 + file.readUInt16LE(at + 26) + file.readUInt16LE(at + 28)
    const isPacked = file.readUInt16LE(at + 8) === 8
    const part = isPacked
      ? unpack(file.subarray(start), left, unpackedMax)
      : file.subarray(start, start + file.readUInt32LE(at + 18))
    left -= part.length
    if (left <= 0) throw describeTooLarge(unpackedMax, 'unpacked')
    if (measureCells(part) > cellsMax)
      throw new ImportFileError(
        `the cells of a sheet span more than ${cellsMax.toLocaleString('en')}: delete the cells far beyond the table, or save the sheet as "CSV UTF-8" and import that`
      )
  }
}

/** Empty if the bytes are no packed part: the reader of the workbook decides then. */
function unpack(packed: Buffer, max: number, unpackedMax: number): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: max })
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ERR_BUFFER_TOO_LARGE') return Buffer.alloc(0)
    throw describeTooLarge(unpackedMax, 'unpacked')
  }
}

/** Rows times columns up to the farthest cell. */
function measureCells(part: Buffer): number {
  let [rows, columns] = [0, 0]
  for (let at = 0; at < part.length; at += mebibyte) {
    const text = part.toString('latin1', at, at + mebibyte + 32)
    for (const [, letters = '', digits] of text.matchAll(/\sr=["']([A-Z]{1,3})(\d{1,7})["']/g)) {
      rows = Math.max(rows, Number(digits))
      columns = Math.max(
        columns,
        [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)
      )
    }
  }
  return rows * columns
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
