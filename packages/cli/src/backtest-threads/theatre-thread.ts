// Runs inside a thread: folds one theatre after another, each from its first item to its last, and
// writes its alert events to a part. It frees a theatre after its end.

import type { MessagePort } from 'node:worker_threads'
import { type AlertPiece, PartWriter } from '../backtest/alert-parts.ts'
import { TheatreLog } from '../backtest/backtest-records.ts'
import type { NotifiedItem } from '../backtest/notified-items.ts'
import { TheatreReplay } from '../backtest/theatre-replay.ts'
import {
  type Batch,
  type FoldedTheatre,
  foldedAt,
  kibAt,
  more,
  rowAt,
  type TheatreTask
} from './theatre-task.ts'

/** Batches that wait here or are on their way. */
const batchesAhead = 2

/** Folds a theatre. Rejects with errors of its fold or the file system. */
export async function foldTheatre({
  setting,
  span,
  name,
  part,
  items,
  progress
}: TheatreTask): Promise<FoldedTheatre> {
  const writer = part === null ? null : new PartWriter(part)
  try {
    const give = (piece: AlertPiece) => {
      writer!.add(piece)
      progress[kibAt] = writer!.bytes / 1024
    }
    const replay = new TheatreReplay(name.theatre, setting.rules, writer === null ? null : give)
    const log = new TheatreLog({ setting, span, name, nextDueMs: () => replay.nextDueMs() })
    for await (const batch of receiveBatches(items)) {
      for (const told of batch) {
        progress[rowAt] = told.item.row
        for (const ordered of log.readUntil(told)) replay.add(ordered)
        if (told.item.kind === 'report') Atomics.add(progress, foldedAt, 1)
      }
    }
    for (const ordered of log.end()) replay.add(ordered)
    replay.endDay()
    return { index: writer?.finish() ?? null, alerts: JSON.stringify(replay.collectAlerts()) }
  } finally {
    writer?.close()
    items.close()
  }
}

async function* receiveBatches(port: MessagePort): AsyncGenerator<readonly NotifiedItem[]> {
  const arrived: Batch[] = []
  let arrival = Promise.withResolvers<void>()
  port.on('message', (batch: Batch) => {
    arrived.push(batch)
    arrival.resolve()
  })
  for (let i = 0; i < batchesAhead; i++) port.postMessage(more)
  for (;;) {
    const batch = arrived.shift()
    if (batch === null) return
    if (batch === undefined) {
      await arrival.promise
      arrival = Promise.withResolvers()
      continue
    }
    port.postMessage(more)
    yield JSON.parse(batch) as readonly NotifiedItem[]
  }
}
