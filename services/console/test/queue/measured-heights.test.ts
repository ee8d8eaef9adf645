// Heights of rows of a list that is open for days.

import { Virtualizer } from '@tanstack/virtual-core'
import { expect, it } from 'vitest'
import { MeasuredHeights, newHeightsMax } from '../../src/queue/measured-heights.ts'

const rowsShown = 30

/** As the list drives it, without a page: what is measured is told to it. */
function aList() {
  const virtualizer = new Virtualizer<Element, Element>({
    count: 0,
    getScrollElement: () => null,
    estimateSize: () => 62,
    scrollToFn: () => {},
    observeElementRect: () => {},
    observeElementOffset: () => {}
  })
  const measured = new MeasuredHeights()
  return {
    heights: virtualizer.itemSizeCache,
    draw: (rows: readonly string[]) => {
      const getItemKey = (index: number) => rows[index] as string
      virtualizer.setOptions({ ...virtualizer.options, count: rows.length, getItemKey })
      virtualizer.getTotalSize()
      for (let i = 0; i < rows.length; i += 1) virtualizer.resizeItem(i, 80)
      measured.dropGone(virtualizer.itemSizeCache, rows, row => row)
    }
  }
}

it('are dropped with the rows that have left: fifty thousand come and go, and few are held', () => {
  const { heights, draw } = aList()
  let most = 0
  for (let first = 0; first < 50_000; first += 10) {
    draw(Array.from({ length: rowsShown }, (_, i) => `alert-${first + i}`))
    most = Math.max(most, heights.size)
  }
  expect(most).toBeLessThanOrEqual(rowsShown + newHeightsMax)
  expect(heights.get('alert-50000')).toBe(80)
})

it('stay of rows that stand, however many were measured', () => {
  const { heights, draw } = aList()
  const rows = Array.from({ length: 4 * newHeightsMax }, (_, i) => `alert-${i}`)
  for (let turn = 0; turn < 3; turn += 1) draw(rows)
  expect(heights.size).toBe(rows.length)
})
