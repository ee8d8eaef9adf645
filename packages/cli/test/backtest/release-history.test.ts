// Releases of a data set: what each of them changes in what is known.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReleaseHistory, type ReleaseRow } from '../../src/backtest/release-history.ts'

const rowOf = (key: string, content: string, month: number, year = 2020): ReleaseRow => {
  const day = `${year}-${String(month).padStart(2, '0')}-10`
  return { key, content, fromDay: day, toDay: day }
}
const drawnRow = fc
  .record({
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    content: fc.constantFrom('x', 'y'),
    month: fc.integer({ min: 1, max: 4 })
  })
  .map(({ key, content, month }) => rowOf(key, content, month))
const drawnReleases = fc.array(fc.uniqueArray(drawnRow, { selector: ({ key }) => key }), {
  maxLength: 6
})

/** Each report that stands, by key and number of returns, with its content. */
function replay(releases: readonly (readonly ReleaseRow[])[]) {
  const history = new ReleaseHistory()
  const reports = new Map<string, string | null>()
  return releases.map(rows => {
    for (const row of rows) {
      const { isChange, returns } = history.add(row)
      const id = `${row.key}${returns}`
      expect(reports.get(id)).not.toBe(null)
      expect(isChange).toBe(reports.get(id) !== row.content)
      reports.set(id, row.content)
    }
    for (const { key, returns } of history.end()) reports.set(`${key}${returns}`, null)
    return [...reports]
      .flatMap(([id, content]) => (content === null ? [] : [id[0] + content]))
      .sort()
  })
}

describe('releases', () => {
  it('leave what the last release that covers a row says', () => {
    fc.assert(
      fc.property(drawnReleases, releases => {
        const standing = new Map<string, ReleaseRow>()
        const expected = releases.map(rows => {
          const months = rows.map(({ fromDay }) => fromDay).sort()
          const has = (key: string) => rows.some(row => row.key === key)
          for (const [key, { fromDay }] of standing)
            if (!has(key) && rows.length > 0 && fromDay >= months[0]! && fromDay <= months.at(-1)!)
              standing.delete(key)
          for (const row of rows) standing.set(row.key, row)
          return [...standing.values()].map(({ key, content }) => key + content).sort()
        })
        expect(replay(releases)).toEqual(expected)
      })
    )
  })

  it('cover whole months within a year, and whole years beyond', () => {
    const dropped = (...rows: readonly ReleaseRow[]) => {
      const history = new ReleaseHistory()
      for (const month of [1, 6, 12]) history.add(rowOf(`${month}`, 'x', month))
      history.end()
      for (const row of rows) history.add(row)
      return history.end().map(({ key }) => key)
    }
    const day = (text: string) => ({ key: 'new', content: 'x', fromDay: text, toDay: text })
    expect(dropped(day('2020-06-28'))).toEqual(['6'])
    expect(dropped(day('2020-02-01'), day('2020-06-01'))).toEqual(['6'])
    expect(dropped(day('2019-07-01'), day('2020-02-01'))).toEqual(['1', '6', '12'])
  })
})
