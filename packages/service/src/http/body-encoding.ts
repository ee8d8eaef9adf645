// Compressed bodies: gzip and zstd, each with a limit on the expanded size. Parsers decide which
// requests may be compressed.

import type { IncomingHttpHeaders } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import { constants, createGunzip, createZstdDecompress } from 'node:zlib'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'

export type BodyEncoding = 'identity' | 'gzip' | 'zstd'

/** The value of `Accept-Encoding` in a refusal. */
export const bodyEncodings = 'gzip, zstd'

/**
 * Largest zstd window, as a power of two: 8 MiB, the size that RFC 8878 requires of every decoder.
 */
const zstdWindowLogMax = 23

/**
 * The encoding of a request's body. Throws ProblemError `content-encoding-unsupported`, also for
 * several encodings together.
 */
export function readBodyEncoding(headers: IncomingHttpHeaders): BodyEncoding {
  const stated = headers['content-encoding']
  if (stated === undefined) return 'identity'
  const encoding = stated.trim().toLowerCase()
  if (encoding === 'gzip' || encoding === 'x-gzip') return 'gzip'
  if (encoding === 'zstd' || encoding === 'identity') return encoding
  throw new ProblemError(
    'content-encoding-unsupported',
    `Bodies are accepted uncompressed, or compressed as one of ${bodyEncodings}.`
  )
}

/** Checked for each chunk of output. Throws ProblemError `body-too-large`. */
export type ExpansionCheck = (bytesIn: number, bytesOut: number) => void

/** A fixed limit of output bytes, whatever the compressed size. */
export function atMostBytes(bytesMax: number): ExpansionCheck {
  return (_, bytesOut) => {
    if (bytesOut > bytesMax)
      throw new ProblemError('body-too-large', `The body expands to more than ${bytesMax} bytes.`)
  }
}

/** A maximum ratio of output to input, checked once more than `bytesFree` bytes are out. */
export function atMostRatio(ratioMax: number, bytesFree: number): ExpansionCheck {
  return (bytesIn, bytesOut) => {
    if (bytesOut <= bytesFree || bytesOut < bytesIn * ratioMax) return
    throw new ProblemError(
      'body-too-large',
      `The body expands to ${ratioMax} times its size or more.`
    )
  }
}

/**
 * Decompresses a stream with bounded memory. Rejects with ProblemError `body-malformed` for damaged
 * or truncated input, with the problem of `check`, or with the error of the source.
 */
export async function* expanded(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  encoding: Exclude<BodyEncoding, 'identity'>,
  check: ExpansionCheck
): AsyncGenerator<Buffer> {
  const decoder =
    encoding === 'gzip'
      ? createGunzip()
      : createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLogMax } })
  let bytesIn = 0
  let bytesOut = 0
  let failure: unknown = null
  const counted = async function* () {
    try {
      for await (const chunk of source) {
        bytesIn += chunk.length
        yield chunk
      }
    } catch (error) {
      failure = error
      throw error
    }
  }
  // The error surfaces when the decoder is read.
  pipeline(Readable.from(counted(), { objectMode: false }), decoder, () => {})
  try {
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      bytesOut += chunk.length
      check(decoder.bytesWritten, bytesOut)
      yield chunk
    }
  } catch (error) {
    if (failure !== null || error instanceof ProblemError) throw failure ?? error
    const detail = 'The compressed body is damaged, or ends too early.'
    throw new ProblemError('body-malformed', detail, { cause: error })
  }
  // The decoder ignores data after the end of a zstd frame.
  if (decoder.bytesWritten < bytesIn) {
    throw new ProblemError(
      'body-malformed',
      'There is data after the end of the compressed body. Compress it as one frame.'
    )
  }
}

/** Decompresses a whole body. Rejects as `expanded` does. */
export async function expand(
  bytes: Uint8Array,
  ...how: [encoding: Exclude<BodyEncoding, 'identity'>, check: ExpansionCheck]
): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(expanded([bytes], ...how)))
}
