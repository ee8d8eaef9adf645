import { describe, expect, it } from 'vitest'
import { importText, refusalsOf } from './import-sample.ts'

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

  it('has withdrawals among the reports', async () => {
    const withdraw = (members: object) => `${JSON.stringify({ withdraw: members })}\n`
    const whole = { source: { id: 'acled' }, externalId: 'KEN1', reason: 'a hoax' }
    const items = await importText(
      withdraw(whole) + withdraw({ ...whole, externalId: '' }) + withdraw({ reason: '' }),
      'ndjson'
    )
    expect(items[0]).toMatchObject({
      kind: 'withdrawal',
      sourceId: 'acled',
      externalId: 'KEN1',
      reason: 'a hoax'
    })
    expect(refusalsOf(items).map(({ faults }) => faults.map(({ column }) => column))).toEqual([
      ['/withdraw/externalId'],
      ['/withdraw/source/id', '/withdraw/externalId', '/withdraw/reason']
    ])
  })

  it('refuses a file whose line never ends', async () => {
    await expect(importText(['x'.repeat(800_000), 'x'.repeat(800_000)], 'ndjson')).rejects.toThrow(
      'a line has more than'
    )
  })
})
