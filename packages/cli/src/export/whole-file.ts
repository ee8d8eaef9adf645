// A file that is there whole or not at all: written under another name, checked for its end, and
// then renamed.

import { open, rename, rm } from 'node:fs/promises'
import { endIn } from './export-end.ts'
import type { FileTarget } from './file-target.ts'

/** Bytes read back to find the end: more than any end has. */
export const tailBytesMax = 8_192

export interface WrittenFile {
  readonly rows: number
  readonly bytes: number
}

/** The suite's answer ended early. */
export class CutOffError extends Error {
  override readonly name = 'CutOffError'
  readonly code = 'export-cut-off'
  readonly retryable = true
}

/**
 * Writes an export to a file, without the row that marks its end where rows alone belong into it.
 * Rejects with CutOffError if that is missing, and with what reading or writing rejects with; then
 * no file is left, and an earlier file stays.
 */
export async function writeWhole(
  { path }: FileTarget,
  format: string,
  bytes: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void
): Promise<WrittenFile> {
  const part = `${path}.part-${process.pid}`
  const handle = await open(part, 'w+', 0o600)
  try {
    let length = 0
    for await (const chunk of bytes) {
      await handle.writeFile(chunk)
      length += chunk.length
      onBytes(length)
    }
    const from = Math.max(0, length - tailBytesMax)
    const { buffer } = await handle.read(Buffer.alloc(length - from), 0, length - from, from)
    const end = endIn(format, buffer.toString('latin1'))
    if (end === null)
      throw new CutOffError(`the export was cut off after ${length} bytes: nothing was written`)
    await handle.truncate(length - end.length)
    await handle.sync()
    await handle.close()
    await rename(part, path)
    return { rows: end.rows, bytes: length - end.length }
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(part, { force: true })
    throw error
  }
}
