// Decoded content of a file: gzip and zstd are unpacked, regardless of the file's name; a byte
// order mark selects the encoding.

import { pipeline, Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { type Encoding, ImportFileError } from '../item/import-item.ts'
import { describeBytes, headBytes } from './known-bytes.ts'
import { LosslessDecoder } from './lossless-utf8.ts'

const gzipMagic = [0x1f, 0x8b]
const zstdMagic = [0x28, 0xb5, 0x2f, 0xfd]

/**
 * The bytes of a file, unpacked if needed. Rejects with ImportFileError if the compressed data is
 * corrupt.
 */
export async function* openBytes(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const { head, rest } = await peek(bytes, 4)
  const unpacker = hasPrefix(head, gzipMagic)
    ? createGunzip()
    : hasPrefix(head, zstdMagic)
      ? createZstdDecompress()
      : null
  if (unpacker === null) {
    yield* rest
    return
  }
  // An error of the source reaches the reader through the unpacker.
  pipeline(Readable.from(rest), unpacker, () => {})
  try {
    yield* unpacker as AsyncIterable<Uint8Array>
  } catch (cause) {
    if (!isZlibError(cause)) throw cause
    throw new ImportFileError(`the compressed file is damaged: ${(cause as Error).message}`, {
      cause
    })
  }
}

/**
 * Decodes bytes to text. A byte order mark decides, else `encoding`. Invalid bytes become U+FFFD,
 * in UTF-8 in a form that can be written back. Rejects with ImportFileError for a workbook, an
 * archive or a web page.
 */
export async function* decodeText(
  bytes: AsyncIterable<Uint8Array>,
  encoding: Encoding
): AsyncIterable<string> {
  const { head, rest } = await peek(bytes, headBytes)
  const known = describeBytes(head)
  if (known !== null) throw new ImportFileError(known)
  const decode = createDecoder(detectEncoding(head, encoding))
  for await (const chunk of rest) {
    const text = decode(chunk, false)
    if (text !== '') yield text
  }
  const last = decode(new Uint8Array(), true)
  if (last !== '') yield last
}

function detectEncoding(head: Uint8Array, named: Encoding): Encoding {
  if (hasPrefix(head, [0xff, 0xfe])) return 'utf-16le'
  return hasPrefix(head, [0xef, 0xbb, 0xbf]) ? 'utf-8' : named
}

function createDecoder(encoding: Encoding): (chunk: Uint8Array, isLast: boolean) => string {
  if (encoding === 'utf-8') {
    const decoder = new LosslessDecoder()
    return (chunk, isLast) => decoder.decode(chunk, isLast)
  }
  const decoder = new TextDecoder(encoding)
  return (chunk, isLast) => decoder.decode(chunk, { stream: !isLast })
}

/** The fault of a row with invalid bytes. */
export const undecodedDetail = 'has bytes that are invalid in its encoding (see --encoding)'

/** The first bytes, or fewer at the end, and all bytes including them. */
export async function peek(
  bytes: AsyncIterable<Uint8Array>,
  count: number
): Promise<{ head: Uint8Array; rest: AsyncIterable<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]()
  const first: Uint8Array[] = []
  let length = 0
  while (length < count) {
    const next = await iterator.next()
    if (next.done === true) break
    first.push(next.value)
    length += next.value.length
  }
  const head = Buffer.concat(first)
  return { head, rest: joinChunks(head, iterator) }
}

async function* joinChunks(
  head: Uint8Array,
  iterator: AsyncIterator<Uint8Array>
): AsyncIterable<Uint8Array> {
  try {
    if (head.length > 0) yield head
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
      yield next.value
  } finally {
    await iterator.return?.()
  }
}

function hasPrefix(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte)
}

function isZlibError(error: unknown): boolean {
  return /^(?:Z_|ERR_Z|ZSTD_)/.test(String((error as { code?: unknown } | null)?.code ?? ''))
}
