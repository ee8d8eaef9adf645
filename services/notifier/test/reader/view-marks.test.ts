// How far behind a reader is, by what a snapshot holds of it: that of another version or of another
// limit, too.

import { expect, it } from 'vitest'
import type { ReaderView } from '../../src/reader/reader-view.ts'
import { ViewMarks } from '../../src/reader/view-marks.ts'

const view: ReaderView = { handling: 'partners', theatres: '*' }
const many = Number.POSITIVE_INFINITY
type Row = Parameters<ViewMarks['restore']>[0]

/** Events at these positions of one theatre, after what a snapshot held. */
function marksOf(
  countedMax: number,
  { from, to }: { readonly from: number; readonly to: number },
  held: readonly Row[] = []
) {
  const marks = new ViewMarks(countedMax)
  for (const row of held) marks.restore(row)
  for (let i = from; i < to; i++) marks.note(0, BigInt(i), 'sahel', ['partners'])
  return marks
}

const fromEach = (marks: ViewMarks, positions: readonly bigint[]) =>
  positions.map(position => marks.eventsFrom(view, [position]))

it('counts from the beginning, as many as are told apart', () => {
  const marks = marksOf(10, { from: 0, to: 11 })
  expect(fromEach(marks, [0n, 4n, 11n])).toEqual([11, 7, 0])
  marks.note(0, 11n, 'sahel', ['partners'])
  expect(fromEach(marks, [0n, 1n])).toEqual([many, 11])
})

it('is as it was from a snapshot of its own', () => {
  const held = marksOf(10, { from: 0, to: 20 })
  const again = marksOf(10, { from: 20, to: 22 }, held.rows())
  const whole = marksOf(10, { from: 0, to: 22 })
  expect(again.rows()).toEqual(whole.rows())
  const positions = [0n, 8n, 10n, 11n, 15n, 22n]
  expect(fromEach(again, positions)).toEqual(fromEach(whole, positions))
})

it.each<readonly [string, (row: Row) => Row]>([
  ['of a version that counted nothing', ({ counted: _, ...row }) => row],
  [
    'of a version that did not say from where on it counts',
    row => ({ ...row, counted: { step: 1, count: 0, places: [] } })
  ],
  [
    'of another step',
    row => ({ ...row, counted: { step: 7, count: 3, from: '0', places: ['6', '13'] } })
  ]
])('takes who is before a snapshot %s for too far behind, and nobody else', (_, older) => {
  const held = marksOf(10, { from: 0, to: 20 }).rows().map(older)
  const marks = marksOf(10, { from: 20, to: 23 }, held)
  expect(fromEach(marks, [0n, 19n, 20n, 22n, 23n])).toEqual([many, many, 3, 1, 0])
  expect(marks.eventsFrom({ handling: 'public', theatres: '*' }, [0n])).toBe(0)
  expect(marks.eventsFrom({ handling: 'partners', theatres: ['coast'] }, [0n])).toBe(0)
})

it('tells apart no more than it holds where the limit is now greater', () => {
  const held = marksOf(10, { from: 0, to: 40 }).rows()
  const marks = marksOf(100, { from: 40, to: 42 }, held)
  expect(fromEach(marks, [0n, 28n, 29n, 42n])).toEqual([many, many, 13, 0])
})
