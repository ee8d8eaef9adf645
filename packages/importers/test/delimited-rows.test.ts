import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type DelimitedRow,
  type Dialect,
  detectDelimiter,
  parseRows,
  type ReadRows,
  readRows,
  splitRows
} from '../src/table/delimited-rows.ts'

const comma = (width: number | null = null): Dialect => ({ delimiter: ',', quoted: true, width })

async function rowsOf(
  pieces: readonly string[],
  dialect: Dialect = comma()
): Promise<DelimitedRow[]> {
  async function* texts() {
    yield* pieces
  }
  const rows: DelimitedRow[] = []
  for await (const some of splitRows(texts(), () => dialect)) rows.push(...some)
  return rows
}

describe('rows of a table in text', () => {
  it('are those of the parser, wherever quotes begin, end or are missing', () => {
    const line = fc.string({ unit: fc.constantFrom('a', ',', '"', '"', ' '), maxLength: 8 })
    const plain = fc.string({ unit: fc.constantFrom('a', ',', ' '), maxLength: 6 })
    const lines = fc.array(
      fc.oneof({ weight: 2, arbitrary: plain }, { weight: 1, arbitrary: line }),
      { maxLength: 12 }
    )
    const ended = (raw: string) => (raw.endsWith('\n') ? raw : `${raw}\n`)
    const seen = ({ rows, open }: ReadRows) => ({
      rows: rows.map(({ record, raw }) => [record, ended(raw)]),
      open
    })
    fc.assert(
      fc.property(lines, fc.constantFrom('', '\n', '\r\n'), fc.boolean(), (some, end, quoted) => {
        const text = some.join('\n') + end
        expect(seen(readRows(text, { delimiter: ',', quoted }))).toEqual(
          seen(parseRows(text, { delimiter: ',', quoted }))
        )
      }),
      { numRuns: 500 }
    )
  })

  it('include the raw text of each, without its line end', async () => {
    const rows = await rowsOf(['a,b\r\n1,"x\r\ny"\r\n2,z'])
    expect(rows.map(row => row.raw)).toEqual(['a,b', '1,"x\r\ny"', '2,z'])
  })

  it('lose only one row to an unclosed quote', async () => {
    const rows = await rowsOf(['a,b\n1,"x\n2,y\n3,z\n'])
    expect(rows.map(row => row.cells)).toEqual([['a', 'b'], null, ['2', 'y'], ['3', 'z']])
    expect(rows[1]).toMatchObject({ raw: '1,"x', fault: 'has an unclosed quote' })
  })

  it('report bytes that could not be decoded', async () => {
    expect(await rowsOf(['1,S\u{FFFD}gou\n'])).toMatchObject([
      { cells: null, fault: 'has bytes that are invalid in its encoding (see --encoding)' }
    ])
  })

  it('refuse a file whose lines never end', async () => {
    const piece = 'x'.repeat(1024 * 1024)
    await expect(rowsOf(Array.from({ length: 20 }, () => piece))).rejects.toThrow(
      'this is not a table'
    )
  })

  it('do not depend on how the text is split', async () => {
    const cell = fc.stringMatching(/^[a-z ,"\n\r]{0,8}$/)
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), {
      minLength: 1,
      maxLength: 8
    })
    await fc.assert(
      fc.asyncProperty(table, fc.array(fc.nat(60), { maxLength: 6 }), async (cells, cuts) => {
        const text = cells
          .map(row => `${row.map(one => `"${one.replaceAll('"', '""')}"`).join(',')}\n`)
          .join('')
        const at = [
          0,
          ...cuts.map(cut => Math.min(cut, text.length)).sort((a, b) => a - b),
          text.length
        ]
        const pieces = at.slice(1).map((end, i) => text.slice(at[i], end))
        expect((await rowsOf(pieces)).map(row => row.cells)).toEqual(cells)
      })
    )
  })

  it('have the most frequent delimiter of the header outside quotes', () => {
    expect(detectDelimiter('a,b,c')).toBe(',')
    expect(detectDelimiter('a\tb\tc,d')).toBe('\t')
    expect(detectDelimiter('a;b;"c,d,e,f"')).toBe(';')
  })
})
