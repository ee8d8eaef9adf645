// The file that is imported, as bytes that are counted while they are read; `-` is standard input.

import { createHash, createHmac } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { UsageError } from '../terminal/output.ts'

export interface ImportInput {
  /** What files about it are called after. */
  readonly name: string
  /** Null for standard input, which can't be read twice: no going on, no progress in parts of the whole. */
  readonly file: { readonly path: string; readonly bytes: number } | null
  /** The bytes, each time from the beginning. */
  open(): AsyncIterable<Uint8Array>
  /** How many were read since it was opened last. */
  readonly bytesRead: number
}

const chunkBytes = 256 * 1024

/** Opens what was named. Rejects with UsageError where there is no such file. */
export async function importInput(named: string, stdin: AsyncIterable<Uint8Array>): Promise<ImportInput> {
  if (named === '-') return counted('stdin', null, () => stdin)
  const stats = await stat(named).catch((cause: unknown) => {
    throw new UsageError(`${named} can't be read`, { cause })
  })
  if (!stats.isFile()) throw new UsageError(`${named} is no file`)
  return counted(basename(named), { path: named, bytes: stats.size }, () =>
    createReadStream(named, { highWaterMark: chunkBytes })
  )
}

/** The SHA-256 of all bytes, hex. */
export async function sha256Of(input: ImportInput): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of input.open()) hash.update(chunk)
  return hash.digest('hex')
}

/** The SHA-256 of all bytes, hex, and a secret made of them, 32 bytes, which only who has them can make: the SHA-256 does not tell it. */
export async function sha256AndSecretOf(input: ImportInput): Promise<{ readonly sha256: string; readonly secret: Buffer }> {
  const hash = createHash('sha256')
  const secret = createHmac('sha256', 'tocsin/v1/secret-of-file')
  for await (const chunk of input.open()) {
    hash.update(chunk)
    secret.update(chunk)
  }
  return { sha256: hash.digest('hex'), secret: secret.digest() }
}

function counted(name: string, file: ImportInput['file'], openBytes: () => AsyncIterable<Uint8Array>): ImportInput {
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
