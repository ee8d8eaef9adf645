// The alerts log backwards: accepted events newest first, from before any position. The order is
// that of a merge of all partitions by time, independent of the page sizes.

import type { AlertRecord } from './alert-entry.ts'
import type { AlertJournal } from './alert-journal.ts'
import type { Positions } from './positions.ts'

export interface PageBack {
  /** Newest first. */
  readonly records: readonly AlertRecord[]
  /** Everything from here on was read; the journal's start after the oldest event. */
  readonly before: Positions
}

interface Tail {
  /**
   * Oldest first; all accepted events of the partition from `from` on and before what was taken.
   */
  readonly records: AlertRecord[]
  readonly from: bigint
  readonly isAll: boolean
}

/**
 * The events before these positions, about `recordsMax` of them; there may be none although older
 * ones follow. Rejects with an EventLogError if the log can't be read.
 */
export async function readBack(
  journal: AlertJournal,
  before: Positions,
  recordsMax: number
): Promise<PageBack> {
  const tails = await Promise.all(
    before.map((to, partition) => computeTail(journal, partition, to, recordsMax))
  )
  const records: AlertRecord[] = []
  while (records.length < recordsMax) {
    // Older events of a partition that was not read to its beginning may be newer than what the
    // others have left.
    if (tails.some(tail => tail.records.length === 0 && !tail.isAll)) break
    const newest = findNewest(tails)
    if (newest === undefined) break
    records.push(newest.records.pop() as AlertRecord)
  }
  return {
    records,
    before: tails.map(({ records: left, from }) => (left.at(-1)?.position ?? from - 1n) + 1n)
  }
}

async function computeTail(
  journal: AlertJournal,
  partition: number,
  to: bigint,
  recordsMax: number
): Promise<Tail> {
  const start = journal.start[partition] ?? 0n
  const from = to - start > BigInt(recordsMax) ? to - BigInt(recordsMax) : start
  return {
    records: from < to ? await journal.window(partition, from, to) : [],
    from: from < to ? from : to,
    isAll: from <= start
  }
}

/** The one with the newest last event; of equal times that of the greater partition. */
function findNewest(tails: readonly Tail[]): Tail | undefined {
  let newest: Tail | undefined
  for (const tail of tails) {
    const [time, best] = [tail.records.at(-1)?.envelope.time, newest?.records.at(-1)?.envelope.time]
    if (time !== undefined && (best === undefined || time >= best)) newest = tail
  }
  return newest
}
