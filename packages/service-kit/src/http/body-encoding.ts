// Compressed bodies: gzip and zstd, each held to a limit on what it expands to. Which requests may be compressed is their parsers' to say.

import type { IncomingHttpHeaders } from 'node:http'
import { pipeline, Readable, type Transform } from 'node:stream'
import { constants, createGunzip, createZstdDecompress } from 'node:zlib'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'

export type BodyEncoding = 'identity' | 'gzip' | 'zstd'

/** What `Accept-Encoding` says beside a refusal. */
export const bodyEncodings = 'gzip, zstd'

/** Largest window that a zstd frame may ask for, as a power of two: 8 MiB, what RFC 8878 asks every decoder to have. */
const zstdWindowLogMax = 23

/** How a request's body is compressed. Throws ProblemError `content-encoding-unsupported`; one coding over another is none of ours either. */
export function bodyEncodingOf(headers: IncomingHttpHeaders): BodyEncoding {
  const stated = headers['content-encoding']
  if (stated === undefined) return 'identity'
  const encoding = stated.trim().toLowerCase()
  if (encoding === 'gzip' || encoding === 'x-gzip') return 'gzip'
  if (encoding === 'zstd' || encoding === 'identity') return encoding
  throw new ProblemError(
    'content-encoding-unsupported',
    `Bodies are taken as they are, or compressed as one of ${bodyEncodings}.`
  )
}

/** Checked for each piece that comes out. Throws ProblemError `body-too-large`. */
export type ExpansionCheck = (bytesIn: number, bytesOut: number) => void

/** At most so many bytes, however small they came. */
export function atMostBytes(bytesMax: number): ExpansionCheck {
  return (_, bytesOut) => {
    if (bytesOut > bytesMax) throw new ProblemError('body-too-large', `The body expands to more than ${bytesMax} bytes.`)
  }
}

/** However long: fewer than `ratioMax` bytes for each that came, once more than `bytesFree` are out. */
export function atMostRatio(ratioMax: number, bytesFree: number): ExpansionCheck {
  return (bytesIn, bytesOut) => {
    if (bytesOut <= bytesFree || bytesOut < bytesIn * ratioMax) return
    throw new ProblemError('body-too-large', `The body expands to ${ratioMax} times its size or more.`)
  }
}

/**
 * The bytes behind an encoding, as they come: memory does not grow with the body. Rejects with ProblemError `body-malformed` where they are damaged
 * or end too early, with that of `check`, or with what the source rejects with.
 */
export async function* expanded(
  source: AsyncIterable<Uint8Array>,
  encoding: Exclude<BodyEncoding, 'identity'>,
  check: ExpansionCheck
): AsyncGenerator<Buffer> {
  const decoder = decoderOf(encoding)
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
  // What went wrong is met where the decoder is read.
  pipeline(Readable.from(counted(), { objectMode: false }), decoder, () => {})
  try {
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      bytesOut += chunk.length
      check(decoder.bytesWritten, bytesOut)
      yield chunk
    }
  } catch (error) {
    throw failure ?? (error instanceof ProblemError ? error : damaged(error))
  }
  // A decoder passes over what stands behind the end of a zstd frame.
  if (decoder.bytesWritten < bytesIn) {
    throw new ProblemError('body-malformed', 'Something stands behind the end of the compressed body. Compress it in one piece.')
  }
}

/** All the bytes behind an encoding. Rejects as `expanded` does. */
export async function expand(
  bytes: Uint8Array,
  encoding: Exclude<BodyEncoding, 'identity'>,
  check: ExpansionCheck
): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of expanded(oneChunk(bytes), encoding, check)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function decoderOf(encoding: Exclude<BodyEncoding, 'identity'>): Transform & { readonly bytesWritten: number } {
  return encoding === 'gzip'
    ? createGunzip()
    : createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLogMax } })
}

function damaged(cause: unknown): ProblemError {
  return new ProblemError('body-malformed', 'The compressed body is damaged, or ends too early.', { cause })
}
