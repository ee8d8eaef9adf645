// Compressed bodies: the output equals the input or is a problem, however the bytes are split; and
// expansion is limited.

import { gzipSync, zstdCompressSync } from 'node:zlib'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  atMostBytes,
  atMostRatio,
  expand,
  expanded,
  readBodyEncoding
} from '../../src/http/body-encoding.ts'

const pack = { gzip: gzipSync, zstd: zstdCompressSync } as const
const anySize = atMostBytes(1e9)

async function* pieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0
  for (const size of sizes) {
    if (from >= bytes.length) return
    yield bytes.subarray(from, from + size)
    from += size
  }
  if (from < bytes.length) yield bytes.subarray(from)
}

async function all(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const codeOf = (error: unknown) => (error instanceof ProblemError ? error.code : error)
const refused = (promise: Promise<unknown>) => promise.then(() => 'taken', codeOf)

describe.each(['gzip', 'zstd'] as const)('a body in %s', encoding => {
  it('round-trips, wherever it is split', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 5000 }),
        fc.array(fc.nat(900), { maxLength: 20 }),
        async (plain, cuts) => {
          const packed = pack[encoding](plain)
          const came = await all(expanded(pieces(packed, cuts), encoding, anySize))
          expect(came.equals(Buffer.from(plain))).toBe(true)
        }
      ),
      { numRuns: 50 }
    )
  })

  it('is refused if it is truncated, damaged, or not compressed at all', async () => {
    const packed = pack[encoding](Buffer.from('{"source":{"id":"wire-1"}}'.repeat(50)))
    expect(await refused(expand(packed.subarray(0, -3), encoding, anySize))).toBe('body-malformed')
    expect(await refused(expand(Buffer.from('{"source":1}'), encoding, anySize))).toBe(
      'body-malformed'
    )
    expect(await refused(expand(Buffer.alloc(0), encoding, anySize))).toBe('body-malformed')
  })

  it('may be as long as the limit and no longer', async () => {
    const packed = pack[encoding](Buffer.alloc(100_000, 'x'))
    expect(await expand(packed, encoding, atMostBytes(100_000))).toHaveLength(100_000)
    expect(await refused(expand(packed, encoding, atMostBytes(99_999)))).toBe('body-too-large')
  })

  it('is refused early if it is a decompression bomb', async () => {
    const bomb = pack[encoding](Buffer.alloc(10_000_000))
    let out = 0
    const reading = (async () => {
      for await (const chunk of expanded(pieces(bomb, []), encoding, atMostRatio(100, 1024 * 1024)))
        out += chunk.length
    })()
    expect(await refused(reading)).toBe('body-too-large')
    expect(out).toBeLessThan(3_000_000)
  })
})

describe('Content-Encoding', () => {
  it.each([
    [undefined, 'identity'],
    ['identity', 'identity'],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['zstd', 'zstd']
  ])('%s is read as %s', (stated, encoding) => {
    expect(readBodyEncoding(stated === undefined ? {} : { 'content-encoding': stated })).toBe(
      encoding
    )
  })

  it.each(['br', 'deflate', 'gzip, zstd', 'gzip, gzip', ''])('%s is refused', stated => {
    expect(() => readBodyEncoding({ 'content-encoding': stated })).toThrow(
      expect.objectContaining({ code: 'content-encoding-unsupported' })
    )
  })
})
