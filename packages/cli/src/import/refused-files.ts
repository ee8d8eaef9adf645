// The rows that were refused, in two files: one of the same format, to be mended and imported again, and one that says of each row why. Both are
// written in the order of the rows, and cut back to where the state file says when an import goes on.

import { type FileHandle, open, rm, stat, utimes } from 'node:fs/promises'
import { keptBytes } from '@tocsin/importers/bytes/kept-bytes'
import type { Encoding, Fault, RefusedFileForm } from '@tocsin/importers/item/import-item'

export interface RefusedPaths {
  readonly rows: string
  readonly reasons: string
}

export interface RefusedMark {
  /** Null where no row was refused yet. */
  readonly refusedPaths: RefusedPaths | null
  readonly refusedBytes: number
  readonly reasonsBytes: number
  readonly refusedCount: number
}

/** Takes refused rows of a run away that begins anew. */
export async function removeRefused({ refusedPaths }: RefusedMark): Promise<void> {
  if (refusedPaths === null) return
  await Promise.all([refusedPaths.rows, refusedPaths.reasons].map(path => rm(path, { force: true })))
}

/** Before the first row was refused. */
export const noneRefused: RefusedMark = { refusedPaths: null, refusedBytes: 0, reasonsBytes: 0, refusedCount: 0 }

/** True where both files are still as long as they were at a mark: an import can go on there. */
export async function areThere({ refusedPaths, refusedBytes, reasonsBytes }: RefusedMark): Promise<boolean> {
  if (refusedPaths === null) return true
  return (await lengthOf(refusedPaths.rows)) >= refusedBytes && (await lengthOf(refusedPaths.reasons)) >= reasonsBytes
}

async function lengthOf(path: string): Promise<number> {
  return stat(path).then(
    stats => stats.size,
    () => -1
  )
}

/**
 * The form of a file that the same command reads again: it is UTF-8, and says so where another encoding was named. Bytes that were no UTF-8 stand in
 * it as they were.
 */
export function formFor(form: RefusedFileForm, named: Encoding): RefusedFileForm {
  return named === 'utf-8' ? form : { ...form, head: () => `\u{FEFF}${form.head()}` }
}

const reasonsHead = 'row,column,reason,detail\n'

export class RefusedFiles {
  readonly #paths: () => RefusedPaths
  readonly #form: () => RefusedFileForm
  #count: number
  #rows: GrowingFile | null = null
  #reasons: GrowingFile | null = null
  #mark: RefusedMark

  /** `paths` and `form` are asked when the first row is refused: what a file looks like is known once it is read. Nothing is made before. */
  constructor(paths: () => RefusedPaths, form: () => RefusedFileForm, mark: RefusedMark) {
    this.#paths = paths
    this.#form = form
    this.#count = mark.refusedCount
    this.#mark = mark
  }

  get count(): number {
    return this.#count
  }

  add(row: number, raw: string, faults: readonly Fault[]): void {
    const form = this.#form()
    this.#open()
    this.#rows?.add(this.#count === 0 ? form.head() + raw : form.separator + raw)
    if (this.#count === 0) this.#reasons?.add(reasonsHead)
    for (const { column, reason, detail } of faults) {
      this.#reasons?.add(`${[String(row), column ?? '', reason, detail].map(cell).join(',')}\n`)
    }
    this.#count++
  }

  /** Writes what was added. Resolves with the mark to which the files are cut when an import goes on from here. */
  async flush(): Promise<RefusedMark> {
    const [refusedBytes, reasonsBytes] = [await this.#rows?.flush(), await this.#reasons?.flush()]
    this.#mark = {
      refusedPaths: this.#count === 0 ? null : this.#paths(),
      refusedBytes: refusedBytes ?? this.#mark.refusedBytes,
      reasonsBytes: reasonsBytes ?? this.#mark.reasonsBytes,
      refusedCount: this.#count
    }
    return this.#mark
  }

  /** Ends both files. Resolves with their paths, or null where nothing was refused; then those of an earlier import of the same bytes are removed. */
  async finish(): Promise<RefusedPaths | null> {
    if (this.#count === 0) {
      await this.#removeOld()
      return null
    }
    this.#open()
    this.#rows?.add(this.#form().foot)
    await this.flush()
    await this.close()
    await this.#sign()
    return this.#paths()
  }

  async close(): Promise<void> {
    await this.#rows?.close()
    await this.#reasons?.close()
  }

  /** One time for both: so it shows when somebody has edited one. */
  async #sign(): Promise<void> {
    const { rows, reasons } = this.#paths()
    const { mtime } = await stat(reasons)
    const whole = new Date(Math.trunc(mtime.getTime()))
    await Promise.all([rows, reasons].map(path => utimes(path, whole, whole)))
  }

  #open(): void {
    this.#rows ??= new GrowingFile(this.#paths().rows, this.#mark.refusedBytes)
    this.#reasons ??= new GrowingFile(this.#paths().reasons, this.#mark.reasonsBytes)
  }

  async #removeOld(): Promise<void> {
    await Promise.all(Object.values(this.#paths()).map(path => rm(path as string, { force: true })))
  }
}

/** A file that is cut to a length when it is first written to, and then grows. */
class GrowingFile {
  readonly #path: string
  #bytes: number
  #pending: string[] = []
  #handle: FileHandle | null = null

  constructor(path: string, bytes: number) {
    this.#path = path
    this.#bytes = bytes
  }

  add(text: string): void {
    this.#pending.push(text)
  }

  /** Resolves with the length of the file. */
  async flush(): Promise<number> {
    if (this.#pending.length === 0) return this.#bytes
    const bytes = keptBytes(this.#pending.join(''))
    this.#pending = []
    this.#handle ??= await this.#opened()
    await this.#handle.write(bytes, 0, bytes.length, this.#bytes)
    this.#bytes += bytes.length
    return this.#bytes
  }

  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = null
  }

  async #opened(): Promise<FileHandle> {
    // Made where it is not there, kept where it is.
    await (await open(this.#path, 'a')).close()
    const handle = await open(this.#path, 'r+')
    await handle.truncate(this.#bytes)
    return handle
  }
}

function cell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
