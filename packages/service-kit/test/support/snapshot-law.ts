// The law of every read model that is kept in snapshots: its state after a snapshot and the records
// behind it is the state after all records, and what is folded while the rows are taken is not in
// them.

import type { Cursor } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { expect } from 'vitest'
import type { SnapshotBlock } from '../../src/snapshot/snapshot-file.ts'
import { captureAll, Restoring, type SnapshotPart } from '../../src/snapshot/snapshot-state.ts'

interface Kept<R> {
  readonly parts: readonly SnapshotPart[]
  apply(record: R): void
}

/** `rowsEach`: how many rows are taken between two records that follow the cut. */
export function expectSameFromSnapshot<R>(
  make: () => Kept<R>,
  records: readonly R[],
  cut: number,
  rowsEach: number
): void {
  const [live, restored, whole, before] = [make(), make(), make(), make()]
  for (const record of records) whole.apply(record)
  for (const record of records.slice(0, cut)) before.apply(record)
  for (const record of records.slice(0, cut)) live.apply(record)
  const { rows, end } = captureAll(live.parts)
  const taking = rows[Symbol.iterator]()
  const blocks: SnapshotBlock[] = []
  const take = (count: number) => {
    for (let i = 0; i < count; i++) {
      const { done, value } = taking.next()
      if (done) return
      blocks.push(
        value instanceof Uint8Array ? Buffer.from(value) : [JSON.parse(JSON.stringify(value))]
      )
    }
  }
  for (const record of records.slice(cut)) {
    take(rowsEach)
    live.apply(record)
  }
  take(Number.POSITIVE_INFINITY)
  end?.()
  const restoring = new Restoring(restored.parts)
  for (const block of blocks) restoring.take(block)
  restoring.end(cursorAt(cut))
  expect(rowsOf(restored.parts)).toEqual(rowsOf(before.parts))
  for (const record of records.slice(cut)) restored.apply(record)
  const expected = rowsOf(whole.parts)
  expect(rowsOf(live.parts)).toEqual(expected)
  expect(rowsOf(restored.parts)).toEqual(expected)
}

function rowsOf(parts: readonly SnapshotPart[]): unknown[] {
  const { rows, end } = captureAll(parts)
  const all = [...rows].map(row =>
    row instanceof Uint8Array ? Buffer.from(row).toString('hex') : JSON.parse(JSON.stringify(row))
  )
  end?.()
  return all
}

function cursorAt(position: number): Cursor {
  return { topic: topics.alerts, epoch: '00000000', positions: [BigInt(position)] }
}
