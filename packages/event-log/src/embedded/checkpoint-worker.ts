// Copies the WAL into the log file on a thread of its own, so that appends do not wait for it. First as much as goes without stopping the
// writer; then the rest under the writer's lock, which is short, and lets the WAL begin anew instead of growing.

import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

export interface CheckpointRequest {
  /** `truncate` also empties the WAL's file: what was erased must not stay readable there. */
  readonly mode: 'restart' | 'truncate'
}

export interface CheckpointReply {
  /** Frames left in the WAL, or what went wrong. A busy log is tried again at the next request. */
  readonly kind: 'done' | 'busy' | 'failed'
  readonly detail: string
}

const { file } = workerData as { file: string }
const db = new DatabaseSync(file, { timeout: 100 })
db.exec('PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL')

parentPort?.on('message', (request: CheckpointRequest | 'close') => {
  if (request === 'close') {
    db.close()
    parentPort?.close()
    return
  }
  parentPort?.postMessage(checkpoint(request))
})

function checkpoint({ mode }: CheckpointRequest): CheckpointReply {
  try {
    db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()
    const row = db.prepare(`PRAGMA wal_checkpoint(${mode.toUpperCase()})`).get() as { busy: number; log: number }
    return { kind: row.busy === 0 ? 'done' : 'busy', detail: `${row.log} frames` }
  } catch (error) {
    return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) }
  }
}
