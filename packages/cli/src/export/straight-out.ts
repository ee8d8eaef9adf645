// An export into what is no file: standard output, a pipe, a device. What is there cannot be taken
// back, so who reads it learns from the exit code alone whether it was whole.

import { constants, createWriteStream, openSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Clock } from '@tocsin/domain/ports'
import { endIn } from './export-end.ts'
import { CutOffError, tailBytesMax, type WrittenFile } from './whole-file.ts'

export interface StraightOut {
  readonly format: string
  readonly bytes: AsyncIterable<Uint8Array>
  readonly onBytes: (count: number) => void
  readonly stop: AbortSignal
}

/** Interval between looks for the reader of a pipe, ms. */
const readerLookMs = 50

/**
 * Writes an export without the row that marks its end. Rejects with CutOffError if that is missing,
 * and with what reading or writing rejects with; a part may have been written then.
 */
export async function writeStraight(
  out: Writable,
  { format, bytes, onBytes, stop }: StraightOut
): Promise<WrittenFile> {
  let length = 0
  // The end is not known before it has come.
  let held = Buffer.alloc(0)
  for await (const chunk of bytes) {
    length += chunk.length
    onBytes(length)
    const all = Buffer.concat([held, chunk])
    const over = Math.max(0, all.length - tailBytesMax)
    if (over > 0) await written(out, all.subarray(0, over), stop)
    held = all.subarray(over)
  }
  const end = endIn(format, held.toString('latin1'))
  if (end === null)
    throw new CutOffError(
      `the export was cut off after ${length} bytes: what was written is not whole`
    )
  await written(out, held.subarray(0, held.length - end.length), stop)
  return { rows: end.rows, bytes: length - end.length }
}

/** Writes it into a pipe, once somebody reads it, or a device. */
export async function writeInto(
  path: string,
  clock: Clock,
  straight: StraightOut
): Promise<WrittenFile> {
  const isPipe = (await stat(path)).isFIFO()
  const out = isPipe ? await openPipe(path, clock, straight.stop) : createWriteStream(path)
  // The writer gets the error too.
  out.on('error', () => undefined)
  try {
    const end = await writeStraight(out, straight)
    out.end()
    await finished(out, { readable: false, signal: straight.stop })
    return end
  } finally {
    out.destroy()
  }
}

/**
 * Resolves once it is written, not when it is queued: a slow reader delays the export.
 */
function written(out: Writable, bytes: Uint8Array, stop: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const stopped = () => reject(stop.reason)
  stop.addEventListener('abort', stopped, { once: true })
  out.write(bytes, error => (error ? reject(error) : resolve()))
  return promise.finally(() => stop.removeEventListener('abort', stopped))
}

/**
 * Opening a pipe waits for its reader and cannot be ended, so it is tried again until
 * there is one. A socket then writes, which waits outside of the threads of file calls.
 */
async function openPipe(path: string, clock: Clock, stop: AbortSignal): Promise<Writable> {
  for (;;) {
    stop.throwIfAborted()
    const fd = openIfRead(path)
    if (fd !== null) return new Socket({ fd, readable: false, writable: true })
    await clock.sleep(readerLookMs, stop)
  }
}

/** Null without a reader. */
function openIfRead(path: string): number | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') return null
    throw error
  }
}
