import { describe, expect, it } from 'vitest'
import { importText } from './import-sample.ts'

describe('NDJSON', () => {
  it('passes reports on verbatim, with their line numbers', async () => {
    const line = '{"source":{"id":"s"},  "n":1.0}'
    const items = await importText(`\uFEFF${line}\r\n\n[1]\n{"a":\n"last"`, 'ndjson')
    expect(items.map(item => [item.row, item.kind, item.raw])).toEqual([
      [1, 'report', line],
      [3, 'refused', '[1]'],
      [4, 'refused', '{"a":'],
      [5, 'refused', '"last"']
    ])
    expect(items[0]).toMatchObject({ json: line })
  })

  it('refuses a file whose line never ends', async () => {
    await expect(importText(['x'.repeat(800_000), 'x'.repeat(800_000)], 'ndjson')).rejects.toThrow(
      'a line has more than'
    )
  })
})
