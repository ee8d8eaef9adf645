import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineReader } from '../../src/stream/line-reader.ts'

function linesOf(pieces: readonly Buffer[], bytesMax = 20): string[] {
  const reader = new LineReader(bytesMax)
  const lines = pieces.flatMap(piece => [...reader.push(piece)])
  const last = reader.last()
  return [...lines, ...(last === null ? [] : [last])].map(line =>
    line.kind === 'text' ? line.bytes.toString() : line.kind
  )
}

const one = (text: string, bytesMax?: number) => linesOf([Buffer.from(text)], bytesMax)

describe('lines of a stream', () => {
  it('end at a newline, with or without a carriage return; the last needs none', () => {
    expect(one('a\nb\r\nc')).toEqual(['a', 'b', 'c'])
    expect(one('a\n')).toEqual(['a'])
    expect(one('')).toEqual([])
  })

  it('with white space only are blank', () => {
    expect(one('\n \t\r\n\r\na\n')).toEqual(['blank', 'blank', 'blank', 'a'])
  })

  it('begin behind a byte order mark, which stands only at the very beginning', () => {
    expect(one('\ufeffa\n\ufeffb\n')).toEqual(['a', '\ufeffb'])
    expect(one('\ufeff\n')).toEqual(['blank'])
  })

  it('that are too long are marked, and the next is read normally', () => {
    expect(one(`${'x'.repeat(20)}\n${'y'.repeat(21)}\nz\n`)).toEqual([
      'x'.repeat(20),
      'too-long',
      'z'
    ])
    expect(one(`\ufeff${'x'.repeat(20)}\r\n`)).toEqual(['x'.repeat(20)])
    expect(one('y'.repeat(500))).toEqual(['too-long'])
  })

  it('are the same wherever the pieces are cut', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '\r', '\n', '\n', 'é', '\ufeff'),
      maxLength: 120
    })
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 9 })), (whole, sizes) => {
        const bytes = Buffer.from(whole)
        const pieces: Buffer[] = []
        let from = 0
        for (const size of sizes) {
          pieces.push(bytes.subarray(from, from + size))
          from += size
        }
        pieces.push(bytes.subarray(from))
        expect(linesOf(pieces, 8)).toEqual(linesOf([bytes], 8))
      })
    )
  })
})
