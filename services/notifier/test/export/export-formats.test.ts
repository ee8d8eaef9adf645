import { describe, expect, it } from 'vitest'
import type { ExportKind } from '../../src/export/export-columns.ts'
import { writerOf } from '../../src/export/export-formats.ts'

const kind: ExportKind<{ readonly text: string | readonly string[] }> = {
  columns: { first: () => 'a', text: ({ text }) => text },
  idOf: () => 'a',
  discOf: () => null
}

describe('a text in a CSV export', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ["x;=cmd|'/C calc'!A0;y", "x;'=cmd|'/C calc'!A0;y"],
    ['x; @SUM(1)', "x;' @SUM(1)"],
    ['a;＝1', "a;'＝1"],
    [' =1+1', "' =1+1"],
    ['\u200b\ufeff=1+1', "'\u200b\ufeff=1+1"],
    ['a;\u200b=1', "a;'\u200b=1"],
    ['\u200bName', '\u200bName'],
    ['\u00ad=1', "'\u00ad=1"],
    ['a;\u2066\u{e0020}=1', "a;'\u2066\u{e0020}=1"],
    ['\t=1+1', "'\t'=1+1"],
    [' \t=1', "' \t'=1"],
    ['\tName', "'\tName"],
    [['x', '=1', '+2'], "x;'=1;'+2"],
    ['a;b - c', 'a;b - c']
  ])('%j is no formula, whichever separator the spreadsheet has', (text, expected) => {
    expect(writerOf('csv', kind).row({ text }, 0)).toBe(`a,${expected}\n`)
  })
})
