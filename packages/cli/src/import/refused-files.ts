// Refused rows in two files: one in the input's format, to be corrected and imported again, and one
// with the reason for each row. Both are written in row order and truncated to the state file's
// mark when an import resumes.

import { type FileHandle, open, rm, stat, utimes } from 'node:fs/promises'
import { encodeLossless } from '@tocsin/importers/bytes/lossless-utf8'
import type { Encoding, Fault, RefusedFileForm } from '@tocsin/importers/item/import-item'

export interface RefusedPaths {
  readonly rows: string
  readonly reasons: string
}

export interface RefusedMark {
  /** Null if no row was refused yet. */
  readonly refusedPaths: RefusedPaths | null
  readonly refusedBytes: number
  readonly reasonsBytes: number
  readonly refusedCount: number
}

/** Removes refused rows of a run that starts over. */
export async function removeRefused({ refusedPaths }: RefusedMark): Promise<void> {
  if (refusedPaths === null) return
  await Promise.all(
    [refusedPaths.rows, refusedPaths.reasons].map(path => rm(path, { force: true }))
  )
}

/** Before the first refused row. */
export const noneRefused: RefusedMark = {
  refusedPaths: null,
  refusedBytes: 0,
  reasonsBytes: 0,
  refusedCount: 0
}

/** True if both files are at least as long as at a mark: an import can resume there. */
export async function areThere({
  refusedPaths,
  refusedBytes,
  reasonsBytes
}: RefusedMark): Promise<boolean> {
  if (refusedPaths === null) return true
  return (
    (await readLength(refusedPaths.rows)) >= refusedBytes &&
    (await readLength(refusedPaths.reasons)) >= reasonsBytes
  )
}

async function readLength(path: string): Promise<number> {
  return stat(path).then(
    stats => stats.size,
    () => -1
  )
}

/**
 * The form of a file that the same command can read again: UTF-8, with a byte order mark if another
 * encoding was named. Invalid bytes stay.
 */
export function resolveForm(form: RefusedFileForm, named: Encoding): RefusedFileForm {
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

  /**
   * `paths` and `form` are called at the first refused row: the file's form is known only once it
   * is read. No file is created before.
   */
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
      this.#reasons?.add(
        `${[String(row), column ?? '', reason, detail].map(quoteCell).join(',')}\n`
      )
    }
    this.#count++
  }

  /**
   * Writes what was added. Resolves with the mark to which the files are truncated when an import
   * resumes from here.
   */
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

  /**
   * Completes both files. Resolves with their paths, or null if no row was refused; then those of
   * an earlier import of the same bytes are removed.
   */
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

  /** One time for both files: an edited one is recognised by its own time. */
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

/** A file that is truncated to a length at the first write, and then grows. */
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
    const bytes = encodeLossless(this.#pending.join(''))
    this.#pending = []
    this.#handle ??= await this.#open()
    await this.#handle.write(bytes, 0, bytes.length, this.#bytes)
    this.#bytes += bytes.length
    return this.#bytes
  }

  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = null
  }

  async #open(): Promise<FileHandle> {
    // Created if missing, unchanged if present.
    await (await open(this.#path, 'a')).close()
    const handle = await open(this.#path, 'r+')
    await handle.truncate(this.#bytes)
    return handle
  }
}

function quoteCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
