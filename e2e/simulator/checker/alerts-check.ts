// Promises 2 and 5 on the log itself: in each fold of a theatre the seqs are 1, 2, 3, … with one
// content each, and the bytes are those of a clean fold of the same records, written by other code
// than the service's.

import { topics } from '@tocsin/event-log/topics'
import type { Entry, StoreReader } from '../world/store-reader.ts'
import type { World } from '../world/world.ts'
import { foldTheatre } from './theatre-folds.ts'
import { recordsOf, theatresOf } from './theatre-records.ts'

export function checkAlerts(world: World, disk: StoreReader): void {
  for (const theatre of theatresOf(disk)) {
    const published = disk.of(topics.alerts, theatre)
    checkSeqs(world, theatre, disk.of(topics.assembly, theatre))
    const clean = foldTheatre(theatre, recordsOf(theatre, disk))
    checkBytes(world, theatre, published, clean)
  }
}

function checkSeqs(world: World, theatre: string, entries: readonly Entry[]): void {
  const seqs = entries.map(({ record }) => (record?.data as { seq?: number } | undefined)?.seq)
  const wrong = seqs.findIndex((seq, i) => seq !== i + 1)
  if (wrong >= 0)
    world.violate(
      '5 once',
      `${theatre}: record ${wrong + 1} of the assembly has seq ${seqs[wrong]}, the ones before it ${seqs.slice(Math.max(0, wrong - 3), wrong)}`
    )
}

function checkBytes(
  world: World,
  theatre: string,
  published: readonly Entry[],
  clean: readonly Entry[]
): void {
  const most = Math.max(published.length, clean.length)
  for (let i = 0; i < most; i++) {
    if (published[i]?.text === clean[i]?.text) continue
    const detail = `${theatre}: alert record ${i + 1} of ${published.length} differs from that of a clean fold, which has ${clean.length}`
    world.violate(
      '2 repeatable',
      `${detail}\n    log   ${published[i]?.text}\n    clean ${clean[i]?.text}`
    )
    return
  }
}
