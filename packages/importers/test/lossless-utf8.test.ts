import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeLossless, LosslessDecoder, undecoded } from '../src/bytes/lossless-utf8.ts'
import { decodeText } from '../src/bytes/opened-bytes.ts'
import { bytesOf } from './import-sample.ts'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

function decoded(pieces: readonly Uint8Array[]): string {
  const decoder = new LosslessDecoder()
  return [
    ...pieces.map(piece => decoder.decode(piece, false)),
    decoder.decode(new Uint8Array(), true)
  ].join('')
}

describe('possibly invalid UTF-8', () => {
  it('round-trips byte by byte, however it is split', () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xef, 0xbf, 0xbd)
    )
    fc.assert(
      fc.property(
        fc.array(byte, { maxLength: 40 }),
        fc.array(fc.nat(40), { maxLength: 4 }),
        (bytes, cuts) => {
          // A byte order mark at the beginning is not text.
          const whole = Buffer.from([0x61, ...bytes])
          const at = [
            0,
            ...cuts.map(cut => Math.min(cut, whole.length)).sort((a, b) => a - b),
            whole.length
          ]
          const text = decoded(at.slice(1).map((end, i) => whole.subarray(at[i], end)))
          expect(encodeLossless(text)).toEqual(whole)
          expect(text.includes(undecoded)).toBe(new TextDecoder().decode(whole).includes(undecoded))
        }
      ),
      { numRuns: 500 }
    )
  })

  it('is unchanged if it is valid', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 30 }), text => {
        const bytes = Buffer.from(`a${text.toWellFormed()}`)
        expect(decoded([bytes])).toBe(bytes.toString())
      })
    )
  })

  it('is decoded by its byte order mark, whatever encoding is given', async () => {
    const texts: string[] = []
    for await (const text of decodeText(bytesOf([Buffer.from('\u{FEFF}Ségou')]), 'windows-1252'))
      texts.push(text)
    expect(texts.join('')).toBe('Ségou')
  })
})
