// The imported file as a counted byte stream; `-` is standard input.

import { createHash, createHmac } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { UsageError } from '../terminal/output.ts'

export interface ImportInput {
  /** Base name of the files about it. */
  readonly name: string
  /** Null for standard input, which can't be read twice: no resuming, no progress in percent. */
  readonly file: { readonly path: string; readonly bytes: number } | null
  /** The bytes, each time from the beginning. */
  open(): AsyncIterable<Uint8Array>
  /** Bytes read since it was last opened. */
  readonly bytesRead: number
}

const chunkBytes = 256 * 1024

/** Opens the named input. Rejects with UsageError if there is no such file. */
export async function importInput(
  named: string,
  stdin: AsyncIterable<Uint8Array>
): Promise<ImportInput> {
  if (named === '-') return countBytes('stdin', null, () => stdin)
  const stats = await stat(named).catch((cause: unknown) => {
    throw new UsageError(`${named} cannot be read`, { cause })
  })
  if (!stats.isFile()) throw new UsageError(`${named} is not a file`)
  return countBytes(basename(named), { path: named, bytes: stats.size }, () =>
    createReadStream(named, { highWaterMark: chunkBytes })
  )
}

/** The SHA-256 of all bytes, hex. */
export async function hashFile(input: ImportInput): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of input.open()) hash.update(chunk)
  return hash.digest('hex')
}

/**
 * The SHA-256 of all bytes of the files, hex, and a 32-byte secret derived from the bytes. The secret
 * can't be derived from the SHA-256.
 */
export async function hashInputs(
  inputs: readonly ImportInput[]
): Promise<{ readonly sha256: string; readonly secret: Buffer }> {
  const hash = createHash('sha256')
  const secret = createHmac('sha256', 'tocsin/v1/secret-of-file')
  for (const input of inputs)
    for await (const chunk of input.open()) {
      hash.update(chunk)
      secret.update(chunk)
    }
  return { sha256: hash.digest('hex'), secret: secret.digest() }
}

function countBytes(
  name: string,
  file: ImportInput['file'],
  openBytes: () => AsyncIterable<Uint8Array>
): ImportInput {
  let bytesRead = 0
  return {
    name,
    file,
    async *open() {
      bytesRead = 0
      for await (const chunk of openBytes()) {
        bytesRead += chunk.length
        yield chunk
      }
    },
    get bytesRead() {
      return bytesRead
    }
  }
}
