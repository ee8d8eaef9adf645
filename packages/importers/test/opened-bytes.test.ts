import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodeText, openBytes } from '../src/bytes/opened-bytes.ts'
import { ImportFileError } from '../src/item/import-item.ts'
import { bytesOf } from './import-sample.ts'

async function textOf(...pieces: readonly Uint8Array[]): Promise<string> {
  let all = ''
  for await (const text of decodeText(openBytes(bytesOf(pieces)), 'utf-8')) all += text
  return all
}

describe('the bytes of a file', () => {
  const text = 'Ségou, '.repeat(5000)

  it('are unpacked if compressed, however they are split', async () => {
    for (const packed of [gzipSync(text), zstdCompressSync(text), Buffer.from(text)]) {
      expect(await textOf(packed)).toBe(text)
      expect(await textOf(packed.subarray(0, 1), packed.subarray(1, 2), packed.subarray(2))).toBe(
        text
      )
    }
    expect(await textOf()).toBe('')
  })

  it('are refused if the compressed data is damaged or truncated', async () => {
    const packed = gzipSync(text)
    await expect(textOf(packed.subarray(0, packed.length - 20))).rejects.toThrow(ImportFileError)
    await expect(
      textOf(Buffer.concat([packed.subarray(0, 12), Buffer.alloc(40, 7)]))
    ).rejects.toThrow(ImportFileError)
  })
})
