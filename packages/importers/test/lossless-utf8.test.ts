import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeLossless, LosslessDecoder, undecoded } from '../src/bytes/lossless-utf8.ts'
import { decodedText } from '../src/bytes/opened-bytes.ts'
import { bytesOf } from './import-sample.ts'

function decoded(pieces: readonly Uint8Array[]): string {
  const decoder = new LosslessDecoder()
  return [...pieces.map(piece => decoder.decode(piece, false)), decoder.decode(new Uint8Array(), true)].join('')
}

describe('UTF-8 that may be broken', () => {
  it('comes back byte by byte, however it is cut into pieces', () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xef, 0xbf, 0xbd)
    )
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), fc.array(fc.nat(40), { maxLength: 4 }), (bytes, cuts) => {
        // A mark at the beginning is no text.
        const whole = Buffer.from([0x61, ...bytes])
        const at = [0, ...cuts.map(cut => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length]
        const text = decoded(at.slice(1).map((end, i) => whole.subarray(at[i], end)))
        expect(encodeLossless(text)).toEqual(whole)
        expect(text.includes(undecoded)).toBe(new TextDecoder().decode(whole).includes(undecoded))
      }),
      { numRuns: 2000 }
    )
  })

  it('is the text that it is, where nothing is broken', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), text => {
        const bytes = Buffer.from(`a${text.toWellFormed()}`)
        expect(decoded([bytes])).toBe(bytes.toString())
      })
    )
  })

  it('is what a byte order mark says it is, whatever was named', async () => {
    const texts: string[] = []
    for await (const text of decodedText(bytesOf([Buffer.from('\u{FEFF}Ségou')]), 'windows-1252')) texts.push(text)
    expect(texts.join('')).toBe('Ségou')
  })
})
